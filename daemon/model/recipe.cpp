// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/recipe.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

template <typename Value, std::size_t count>
Value word_of(std::string_view text, const std::array<std::string_view, count>& words, const char* what,
              const char* expected) {
    const auto found = std::find(words.begin(), words.end(), text);
    if (found == words.end()) {
        throw Error(Code::InvalidArgument, quoted(text) + " is no \"" + what + "\" of a recipe: " + expected);
    }
    return static_cast<Value>(found - words.begin());
}

constexpr std::array<std::string_view, 2> match_words{"all", "any"};
constexpr std::array<std::string_view, 2> then_words{"stop", "continue"};

}  // namespace

RecipeName::RecipeName(std::string_view text) : text_(text) {
    constexpr std::size_t longest = 32;
    const auto lower = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const auto fits = [&](char c) { return lower(c) || c == '.' || c == '_' || c == '-'; };
    if (text.empty() || text.size() > longest || !lower(text.front()) ||
        !std::all_of(text.begin(), text.end(), fits)) {
        throw Error(Code::InvalidArgument,
                    quoted(text) +
                        " is no name of a recipe: 1 to 32 of a-z, 0-9, \".\", \"_\" and \"-\", a letter or "
                        "digit first");
    }
    if (text == "delivery") {
        throw Error(Code::InvalidArgument,
                    "a recipe cannot be called 'delivery': so a rehearsal calls where a message goes");
    }
}

std::string_view word(Match match) noexcept {
    return match_words.at(static_cast<std::size_t>(match));
}
std::string_view word(Then then) noexcept {
    return then_words.at(static_cast<std::size_t>(then));
}

Recipe::Recipe(RecipeName name, Match match, std::vector<Condition> conditions, RecipeAction action,
               Then then)
    : name_(std::move(name)),
      match_(match),
      conditions_(std::move(conditions)),
      action_(std::move(action)),
      then_(then) {
    if (conditions_.size() > most_conditions) {
        throw Error(Code::LimitExceeded, "the recipe " + quoted(name_.text()) + " has " +
                                             std::to_string(conditions_.size()) +
                                             " conditions: at most 32 are taken");
    }
    if (std::holds_alternative<Discard>(action_)) {
        if (conditions_.empty()) {
            throw Error(Code::InvalidArgument, "the recipe " + quoted(name_.text()) +
                                                   " would discard every message: give it a condition");
        }
        if (then_ == Then::Continue) {
            throw Error(Code::InvalidArgument, "the recipe " + quoted(name_.text()) +
                                                   " discards a copy and continues, which does nothing: "
                                                   "let it stop, or give it another action");
        }
    }
}

Recipe Recipe::parse(std::string_view name, std::string_view match,
                     const std::vector<std::string>& conditions, std::string_view action,
                     std::string_view then) {
    if (conditions.size() > most_conditions) {
        throw Error(Code::LimitExceeded, "the recipe " + quoted(name) + " has " +
                                             std::to_string(conditions.size()) +
                                             " conditions: at most 32 are taken");
    }
    RecipeName checked(name);
    return {std::move(checked),
            match.empty() ? Match::All : word_of<Match>(match, match_words, "match", R"("all" or "any")"),
            std::vector<Condition>(conditions.begin(), conditions.end()), recipe_action(action),
            then.empty() ? Then::Stop : word_of<Then>(then, then_words, "then", R"("stop" or "continue")")};
}

bool Recipe::needs_program() const noexcept {
    return std::holds_alternative<Pipe>(action_) ||
           std::any_of(conditions_.begin(), conditions_.end(),
                       [](const Condition& one) { return one.needs_program(); });
}

}  // namespace mailstack

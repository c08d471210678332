// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/rehearsal.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {

namespace {

using Outcome = RehearsedStep::Outcome;
using Kind = RehearsedDelivery::Kind;

std::string condition_words(const Recipe& recipe, std::size_t index, std::string_view says) {
    return "condition " + std::to_string(index + 1) + ' ' + std::string(says) + ": " +
           recipe.conditions()[index].text();
}

struct Decision {
    Outcome outcome;
    std::string words;
};

Decision decide(const Recipe& recipe, const std::vector<Holds>& answers) {
    if (recipe.conditions().empty()) {
        return {Outcome::Matched, "it has no condition"};
    }
    const bool all = recipe.match() == Match::All;
    const auto first = [&](Holds wanted) {
        return static_cast<std::size_t>(std::find(answers.begin(), answers.end(), wanted) - answers.begin());
    };
    const std::size_t decisive = first(all ? Holds::No : Holds::Yes);
    if (decisive < answers.size()) {
        return all ? Decision{Outcome::NotMatched, condition_words(recipe, decisive, "does not hold")}
                   : Decision{Outcome::Matched, condition_words(recipe, decisive, "holds")};
    }
    const std::size_t open = first(Holds::Unknown);
    if (open < answers.size()) {
        return {Outcome::Unknown, condition_words(recipe, open, "is a program's to tell, and none is run")};
    }
    return all ? Decision{Outcome::Matched, "every condition holds"}
               : Decision{Outcome::NotMatched, "no condition holds"};
}

std::string in_words(const RehearsedDelivery& delivery) {
    return std::string(word(delivery.kind)) + (delivery.where.empty() ? "" : ' ' + delivery.where);
}

std::string why_not_forwarded(const Asked& asked) {
    if (asked.forwarded_before) {
        return "the message was forwarded by this account before (X-Loop)";
    }
    return asked.bounce ? "the message is a bounce, which is not forwarded: it could come back without end"
                        : "";
}

class Run {
  public:
    Run(const RecipeBook& book, const RecipeContext& context, std::string_view home)
        : context_(context), home_(home), delivery_(effective_delivery(book, context)) {}

    /// `keeps_here`: why the message is not forwarded, or "".
    void ask(const Recipe& recipe, const std::vector<Holds>& answers, const std::string& keeps_here) {
        if (!taken_by_.empty()) {
            tell(recipe, {Outcome::NotReached, quoted(taken_by_) + " has taken the message"});
            return;
        }
        Decision decision = decide(recipe, answers);
        if (decision.outcome != Outcome::NotMatched && !keeps_here.empty() &&
            std::holds_alternative<Forward>(recipe.action())) {
            decision = {Outcome::NotMatched, keeps_here};
        }
        tell(recipe, decision);
        if (decision.outcome == Outcome::Matched) {
            put(destination(recipe.action()));
            taken_by_ = recipe.then() == Then::Stop ? recipe.name().text() : "";
        } else if (decision.outcome == Outcome::Unknown) {
            doubt(recipe);
        }
    }

    Rehearsed finish() {
        result_.left = taken_by_.empty();
        if (result_.left) {
            put({Kind::Mailbox, default_mailbox(delivery_, context_.account, home_)});
        }
        result_.arrives = copy_ || last_stays_ || stays_elsewhere_;
        return std::move(result_);
    }

  private:
    void tell(const Recipe& recipe, const Decision& decision) {
        result_.steps.push_back(
            {.recipe = recipe.name().text(), .outcome = decision.outcome, .words = decision.words});
    }

    RehearsedDelivery destination(const RecipeAction& action) const {
        if (const auto* folder = std::get_if<ToFolder>(&action)) {
            return {Kind::Folder, folder_path(*folder, delivery_, home_)};
        }
        if (const auto* forward = std::get_if<Forward>(&action)) {
            return {Kind::Forward, joined(forward->addresses, " ")};
        }
        if (const auto* pipe = std::get_if<Pipe>(&action)) {
            return {Kind::Pipe, pipe->program};
        }
        if (std::holds_alternative<Discard>(action)) {
            return {Kind::Discard, ""};
        }
        return {Kind::Mailbox, default_mailbox(delivery_, context_.account, home_)};
    }

    /// Comes about unless one of the recipes in doubt takes the message.
    void put(const RehearsedDelivery& delivery) {
        last_stays_ = delivery.kind != Kind::Discard;
        copy_ = copy_ || (doubts_.empty() && last_stays_);
        result_.deliveries.push_back(
            doubts_.empty() ? delivery : RehearsedDelivery{Kind::Unknown, in_words(delivery) + doubts_});
    }

    void doubt(const Recipe& recipe) {
        const RehearsedDelivery there = destination(recipe.action());
        if (recipe.then() == Then::Continue) {
            result_.deliveries.push_back({Kind::Unknown, "if " + quoted(recipe.name().text()) +
                                                             " matches: " + in_words(there) + doubts_});
            return;
        }
        stays_elsewhere_ = stays_elsewhere_ || there.kind != Kind::Discard;
        doubts_ += (doubts_.empty() ? "; but if " : ", or if ") + quoted(recipe.name().text()) +
                   " matches: " + in_words(there);
    }

    const RecipeContext& context_;
    std::string_view home_;
    Delivery delivery_;
    std::string taken_by_;  ///< the recipe behind which nothing is reached
    std::string doubts_;    ///< where the message may have gone instead, in words
    bool copy_ = false;     ///< one is somewhere for sure
    bool last_stays_ = false;
    bool stays_elsewhere_ = false;  ///< one of the recipes in doubt keeps it
    Rehearsed result_;
};

}  // namespace

std::string_view word(RehearsedStep::Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::Matched:
            return "matched";
        case Outcome::NotMatched:
            return "not-matched";
        case Outcome::NotReached:
            return "not-reached";
        default:
            return "unknown";
    }
}

std::string_view word(RehearsedDelivery::Kind kind) noexcept {
    switch (kind) {
        case Kind::Folder:
            return "folder";
        case Kind::Mailbox:
            return "mailbox";
        case Kind::Forward:
            return "forward";
        case Kind::Discard:
            return "discard";
        case Kind::Pipe:
            return "pipe";
        default:
            return "unknown";
    }
}

Rehearsed rehearse(const RecipeBook& book, const Asked& asked, const RecipeContext& context,
                   std::string_view home) {
    Run run(book, context, home);
    const std::vector<Recipe>& recipes = book.recipes();
    for (std::size_t i = 0; i < recipes.size(); ++i) {
        run.ask(recipes[i], asked.conditions.at(i), why_not_forwarded(asked));
    }
    return run.finish();
}

}  // namespace mailstack

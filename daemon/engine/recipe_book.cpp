// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/recipe_book.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {

struct RecipeBook::State {
    YamlFile yaml;
    std::string unread{};  ///< a text too long to be read
    std::optional<std::string> problem;
    Delivery delivery = Delivery::Unset;
    std::vector<Recipe> recipes;
    std::vector<std::size_t> lines;  ///< of the recipes' keys
};

namespace {

constexpr const char* section = "recipes";
constexpr const char* delivery_key = "delivery";
constexpr const char* heading =
    "# What procmail does with this account's mail; see mailstackctl(1), RECIPES.\n";

std::string field(const YamlEntry& entry, const char* name) {
    const auto found = entry.fields.find(name);
    return found == entry.fields.end() ? "" : found->second;
}

std::vector<std::string> conditions_of(const std::string& when) {
    std::vector<std::string> conditions;
    for (std::size_t at = 0; at < when.size();) {
        const std::size_t end = std::min(when.find('\n', at), when.size());
        if (const auto line = trimmed(std::string_view(when).substr(at, end - at)); !line.empty()) {
            conditions.emplace_back(line);
        }
        at = end + 1;
    }
    return conditions;
}

Recipe recipe_of(const YamlEntry& entry) {
    if (entry.fields.empty()) {
        throw Error(Code::InvalidConfiguration,
                    "the recipe " + quoted(entry.key) + " needs fields: action, and when, match or then");
    }
    for (const auto& [name, value] : entry.fields) {
        if (name != "match" && name != "when" && name != "action" && name != "then") {
            throw Error(Code::InvalidConfiguration, quoted(entry.key) + " has the unknown field " +
                                                        quoted(name) +
                                                        ": match, when, action and then are known");
        }
    }
    return Recipe::parse(entry.key, field(entry, "match"), conditions_of(field(entry, "when")),
                         field(entry, "action"), field(entry, "then"));
}

YamlEntry entry_of(const Recipe& recipe) {
    YamlEntry entry{.key = recipe.name().text(), .fields = {{"action", text_of(recipe.action())}}};
    std::string when;
    for (const Condition& one : recipe.conditions()) {
        when += one.text() + '\n';
    }
    if (recipe.conditions().size() == 1) {
        when.pop_back();
    }
    if (!when.empty()) {
        entry.fields.emplace("when", when);
    }
    if (recipe.match() == Match::Any) {
        entry.fields.emplace("match", word(recipe.match()));
    }
    if (recipe.then() == Then::Continue) {
        entry.fields.emplace("then", word(recipe.then()));
    }
    return entry;
}

/// What `parse` gives; what it throws is told with the line.
template <typename Parse>
auto at_line(std::size_t line, const Parse& parse) {
    try {
        return parse();
    } catch (const Error& error) {
        throw Error(Code::InvalidConfiguration, "line " + std::to_string(line) + ": " + error.what());
    }
}

Delivery delivery_of_file(const YamlFile& yaml) {
    Delivery delivery = Delivery::Unset;
    for (const YamlEntry& one : yaml.settings()) {
        at_line(one.line, [&] {
            if (one.key != delivery_key) {
                throw Error(Code::InvalidConfiguration,
                            "unknown key " + quoted(one.key) + ": delivery and recipes are known");
            }
            delivery = delivery_of(one.value);
        });
    }
    return delivery;
}

[[noreturn]] void refuse_more(const std::string& what) {
    throw Error(Code::LimitExceeded, "an account has at most " + what + ": remove a recipe first");
}

[[noreturn]] void refuse_unknown(const RecipeName& name) {
    throw Error(Code::NoSuchRecipe, "there is no recipe " + quoted(name.text()));
}

}  // namespace

RecipeBook RecipeBook::parse(std::string text) {
    if (text.size() > most_octets) {
        auto state = std::make_shared<State>();
        state->problem = "the file has " + std::to_string(text.size()) + " octets: at most " +
                         std::to_string(most_octets) + " are read";
        state->unread = std::move(text);
        return RecipeBook(std::move(state));
    }
    return made(YamlFile::parse(std::move(text), {section}));
}

RecipeBook RecipeBook::made(YamlFile yaml) {
    auto state = std::make_shared<State>();
    state->yaml = std::move(yaml);
    try {
        if (const auto& problem = state->yaml.problem()) {
            throw Error(Code::InvalidConfiguration,
                        "line " + std::to_string(problem->line) + ": " + problem->message);
        }
        state->delivery = delivery_of_file(state->yaml);
        for (const YamlEntry& entry : state->yaml.entries(section)) {
            state->recipes.push_back(at_line(entry.line, [&] { return recipe_of(entry); }));
            state->lines.push_back(entry.line);
            if (state->recipes.size() > most_recipes) {
                at_line(entry.line, [] { refuse_more("100 recipes"); });
            }
        }
    } catch (const Error& error) {
        state->problem = error.what();
        state->delivery = Delivery::Unset;
        state->recipes.clear();
        state->lines.clear();
    }
    return RecipeBook(std::move(state));
}

const std::string& RecipeBook::print() const noexcept {
    return state_->unread.empty() ? state_->yaml.print() : state_->unread;
}
const std::optional<std::string>& RecipeBook::problem() const noexcept {
    return state_->problem;
}
Delivery RecipeBook::delivery() const noexcept {
    return state_->delivery;
}
const std::vector<Recipe>& RecipeBook::recipes() const noexcept {
    return state_->recipes;
}

std::size_t RecipeBook::index_of(const RecipeName& name) const noexcept {
    const auto& all = state_->recipes;
    return static_cast<std::size_t>(
        std::find_if(all.begin(), all.end(), [&](const Recipe& one) { return one.name() == name; }) -
        all.begin());
}

const Recipe* RecipeBook::recipe(const RecipeName& name) const noexcept {
    const std::size_t index = index_of(name);
    return index == recipes().size() ? nullptr : &recipes()[index];
}
std::size_t RecipeBook::line_of(const RecipeName& name) const noexcept {
    const std::size_t index = index_of(name);
    return index == recipes().size() ? 0 : state_->lines[index];
}

YamlFile RecipeBook::editable() const {
    if (problem()) {
        throw Error(Code::InvalidConfiguration,
                    "the recipes cannot be read: " + *problem() + "; mend the file by hand first");
    }
    return print().empty() ? YamlFile::parse(heading, {section}) : state_->yaml;
}

RecipeBook RecipeBook::checked(YamlFile yaml) {
    if (yaml.entries(section).size() > most_recipes) {
        refuse_more("100 recipes");
    }
    if (yaml.print().size() > most_octets) {
        refuse_more("64 KiB of recipes");
    }
    RecipeBook book = made(std::move(yaml));
    if (book.problem()) {
        throw Error(Code::Internal, "the edited recipes cannot be read: " + *book.problem());
    }
    return book;
}

RecipeBook RecipeBook::with_recipe(const Recipe& recipe, std::size_t position) const {
    const YamlFile yaml = editable();
    const std::size_t index = index_of(recipe.name());
    if (index < recipes().size()) {
        if (recipes()[index] == recipe && (position == 0 || position == index + 1)) {
            return *this;
        }
        throw Error(Code::AlreadyExists,
                    "there is a recipe " + quoted(recipe.name().text()) +
                        (recipes()[index] == recipe ? " at place " + std::to_string(index + 1) + ": move it"
                                                    : " already, which says otherwise: change that one"));
    }
    const std::string before =
        position == 0 || position > recipes().size() ? "" : recipes()[position - 1].name().text();
    return checked(yaml.with_entry_before(section, entry_of(recipe), before));
}

RecipeBook RecipeBook::with_changed(const Recipe& recipe) const {
    const YamlFile yaml = editable();
    const Recipe* held = this->recipe(recipe.name());
    if (held == nullptr) {
        refuse_unknown(recipe.name());
    }
    return *held == recipe ? *this : checked(yaml.with_entry(section, entry_of(recipe)));
}

RecipeBook RecipeBook::without(const RecipeName& name) const {
    const YamlFile yaml = editable();
    if (recipe(name) == nullptr) {
        refuse_unknown(name);
    }
    return checked(yaml.without_entry(section, name.text()));
}

RecipeBook RecipeBook::moved(const RecipeName& name, std::size_t position) const {
    const YamlFile yaml = editable();
    const std::size_t index = index_of(name);
    const std::size_t count = recipes().size();
    if (index == count) {
        refuse_unknown(name);
    }
    const std::size_t place = position == 0 || position > count ? count - 1 : position - 1;
    if (place == index) {
        return *this;
    }
    // Behind where it stands it leaves a place free.
    const std::size_t next = place > index ? place + 1 : place;
    return checked(
        yaml.with_entry_moved(section, name.text(), next == count ? "" : recipes()[next].name().text()));
}

RecipeBook RecipeBook::with_delivery(Delivery delivery) const {
    const YamlFile yaml = editable();
    if (delivery == state_->delivery) {
        return *this;
    }
    return checked(delivery == Delivery::Unset
                       ? yaml.without_setting(delivery_key)
                       : yaml.with_setting(delivery_key, std::string(word(delivery))));
}

}  // namespace mailstack

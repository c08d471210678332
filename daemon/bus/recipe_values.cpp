// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/recipe_values.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/accounts.hpp"
#include "bus/escape.hpp"

namespace mailstack {
namespace {

std::string programs_of(const Recipe& recipe) {
    std::vector<std::string> programs;
    for (const Condition& condition : recipe.conditions()) {
        if (condition.needs_program()) {
            programs.push_back(condition.value());
        }
    }
    if (const auto* const pipe = std::get_if<Pipe>(&recipe.action())) {
        programs.push_back(pipe->program);
    }
    return joined(programs, ", ");
}

std::vector<std::string> texts_of(const std::vector<Condition>& conditions) {
    std::vector<std::string> texts;
    for (const Condition& condition : conditions) {
        texts.push_back(bus_text(condition.text()));
    }
    return texts;
}

}  // namespace

Details recipe_details(const std::string& user, const std::string& recipe, const std::string& action) {
    return {{"user", user}, {"recipe", recipe}, {"action", action}};
}

RecipeOwner owner_for(const Caller& caller, const std::string& user) {
    const auto account = user.empty() ? account_of_uid(caller.uid) : account_of(bus_bytes(user));
    if (!account) {
        throw Error(Code::NoSuchAccount, user.empty()
                                             ? "you are user " + std::to_string(caller.uid) +
                                                   ", which is no account of this machine; name one"
                                             : "there is no account " + quoted(user) + " on this machine");
    }
    return {.account = *account, .calls = account->identity.user == caller.uid};
}

Recipe recipe_from(const std::string& name, const std::string& match,
                   const std::vector<std::string>& conditions, const std::string& action,
                   const std::string& then) {
    std::vector<std::string> texts;
    for (const std::string& condition : conditions) {
        texts.push_back(bus_bytes(condition));
    }
    return Recipe::parse(bus_bytes(name), match, texts, bus_bytes(action), then);
}

std::string programs_of(const Change& change) {
    if (const auto* const add = std::get_if<AddRecipe>(&change)) {
        return programs_of(add->recipe);
    }
    const auto* const set = std::get_if<SetRecipe>(&change);
    return set == nullptr ? "" : programs_of(set->recipe);
}

std::vector<RecipeRow> rows_of(const std::vector<Recipe>& recipes) {
    std::vector<RecipeRow> rows;
    for (const Recipe& recipe : recipes) {
        rows.emplace_back(recipe.name().text(), std::string(word(recipe.match())),
                          texts_of(recipe.conditions()), bus_text(text_of(recipe.action())),
                          std::string(word(recipe.then())));
    }
    return rows;
}

std::vector<RehearsedRow> rows_of(const Rehearsed& rehearsed) {
    std::vector<RehearsedRow> rows;
    for (const RehearsedStep& step : rehearsed.steps) {
        rows.emplace_back(step.recipe, std::string(word(step.outcome)), bus_text(step.words));
    }
    for (const RehearsedDelivery& delivery : rehearsed.deliveries) {
        rows.emplace_back("delivery", std::string(word(delivery.kind)), bus_text(delivery.where));
    }
    return rows;
}

}  // namespace mailstack

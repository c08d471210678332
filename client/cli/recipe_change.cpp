// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `recipe add`, `recipe set`, `recipe remove` and `recipe move`.

#include <iostream>

#include "format.hpp"
#include "output.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "recipe.hpp"

namespace mailstack::client {
namespace {

Failure no_such_recipe(const std::string& name) {
    return from_bus_error("org.mailstack1.Error.NoSuchRecipe", "there is no recipe '" + name + "'");
}

/// The position that the bus knows. `recipes` are those that there are, `moved` one of them or "".
std::uint32_t position_of(const Place& place, const std::vector<Recipe>& recipes,
                          const std::string& moved = "") {
    if (place.before.empty()) {
        return place.position;
    }
    const auto position = place_before(recipes, place.before, moved);
    if (!position) {
        throw no_such_recipe(place.before);
    }
    return *position;
}

/// As `wish` has it, and where that says nothing as it was.
Recipe changed(Recipe recipe, const RecipeWish& wish) {
    recipe.match = wish.match.value_or(recipe.match);
    recipe.conditions = wish.conditions.value_or(recipe.conditions);
    recipe.action = wish.action.value_or(recipe.action);
    recipe.then = wish.then.value_or(recipe.then);
    return recipe;
}

void print_added(const Options& options, const Recipe& recipe, std::uint64_t generation) {
    if (options.json) {
        std::cout << line_of({{"name", recipe.name}, {"generation", generation}, {"live", true}});
    } else {
        print_live(options, recipe.name, generation);
    }
}

}  // namespace

ExitStatus add_recipe(const Options& options, const RecipeWish& wish) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    auto& daemon = *session.daemon;
    auto recipe = changed({.name = wish.name}, wish);
    // Whoever names it and its place need not be allowed to read the others.
    const bool must_know = recipe.name.empty() || !wish.place.before.empty();
    const auto present = must_know ? recipes_of(daemon, wish.user) : std::vector<Recipe>();
    if (recipe.name.empty()) {
        recipe.name = made_name(recipe, present);
    }
    const auto position = position_of(wish.place, present);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("procmail");
        generation = daemon.AddRecipe(wish.user, recipe.name, recipe.match, recipe.conditions, recipe.action,
                                      recipe.then, position);
    }
    print_added(options, recipe, generation);
    return ExitStatus::Done;
}

ExitStatus set_recipe(const Options& options, const RecipeWish& change) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    auto& daemon = *session.daemon;
    const auto present = recipes_of(daemon, change.user);
    const auto* before = find_recipe(present, change.name);
    if (before == nullptr) {
        throw no_such_recipe(change.name);
    }
    const auto recipe = changed(*before, change);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("procmail");
        generation = daemon.SetRecipe(change.user, recipe.name, recipe.match, recipe.conditions,
                                      recipe.action, recipe.then);
    }
    print_live(options, recipe.name, generation);
    return ExitStatus::Done;
}

ExitStatus remove_recipe(const Options& options, const std::string& user, const std::string& name) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    print_live(options, name, session.daemon->RemoveRecipe(user, name));
    return ExitStatus::Done;
}

ExitStatus move_recipe(const Options& options, const std::string& user, const std::string& name,
                       const Place& place) {
    if (name == place.before) {
        throw Failure(ExitStatus::Usage, "", "'" + name + "' cannot come before itself", "");
    }
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    auto& daemon = *session.daemon;
    const auto present = place.before.empty() ? std::vector<Recipe>() : recipes_of(daemon, user);
    print_live(options, name, daemon.MoveRecipe(user, name, position_of(place, present, name)));
    return ExitStatus::Done;
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The verbs of `recipe` and `delivery` as functions; recipe.cpp and delivery.cpp make them of the command
/// line. Each throws Failure or sdbus::Error. A user is "" for the caller's own account.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "recipe_words.hpp"
#include "session.hpp"

namespace mailstack::client {

struct Place {
    std::uint32_t position = 0;  ///< 1 for the first; 0 for behind all others
    std::string before{};        ///< a recipe's name; "": `position` counts
};

/// What is not given is as it was, or, of a new recipe, as it is where nothing is said.
struct RecipeWish {
    std::string user{};
    std::string name{};  ///< "": one is made
    std::optional<std::string> match{};
    std::optional<std::vector<std::string>> conditions{};
    std::optional<std::string> action{};
    std::optional<std::string> then{};
    Place place{};
};

struct TestWish {
    std::string user{};
    std::string file = "-";  ///< "-": standard input
};

struct DeliveryWish {
    std::string user{};
    std::string format{};  ///< "maildir", "mbox" or ""
    bool machine = false;  ///< the default of all accounts
};

ExitStatus list_recipes(const Options& options, const std::string& user, bool names_only);
ExitStatus test_message(const Options& options, const TestWish& wish);
ExitStatus add_recipe(const Options& options, const RecipeWish& wish);
ExitStatus set_recipe(const Options& options, const RecipeWish& change);
ExitStatus remove_recipe(const Options& options, const std::string& user, const std::string& name);
ExitStatus move_recipe(const Options& options, const std::string& user, const std::string& name,
                       const Place& place);

ExitStatus show_delivery(const Options& options, const std::string& user);
ExitStatus set_delivery(const Options& options, const DeliveryWish& wish);
ExitStatus use_procmail(const Options& options);

/// The account's recipes in their order.
std::vector<Recipe> recipes_of(Daemon& daemon, const std::string& user);

}  // namespace mailstack::client

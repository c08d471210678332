// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The options that `recipe add` and `recipe set` share: conditions and actions.
#pragma once

#include <CLI/CLI.hpp>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "recipe.hpp"

namespace mailstack::client {

/// --user, which names another's account.
void add_account_option(CLI::App& verb, std::string& user);

/// What the options leave behind; it lives as long as the verb.
class RecipeArguments {
  public:
    /// Adds --folder and its like, --when and its like, --any, --all, --continue and --stop to `verb`.
    explicit RecipeArguments(CLI::App& verb);
    RecipeArguments(const RecipeArguments&) = delete;
    RecipeArguments& operator=(const RecipeArguments&) = delete;
    ~RecipeArguments() = default;

    /// Sets match, conditions, action and then of `wish` where they were given. Throws CLI::ParseError where
    /// two actions were.
    void fill(RecipeWish& wish) const;

  private:
    static constexpr std::size_t kinds_of_conditions = 9;

    std::optional<std::vector<std::string>> conditions() const;
    std::optional<std::string> action() const;

    const CLI::App& verb_;
    /// The options --when... and then --unless..., and their values.
    std::array<const CLI::Option*, 2 * kinds_of_conditions> options_{};
    std::array<std::vector<std::string>, 2 * kinds_of_conditions> values_{};
    std::string folder_, program_;
    std::vector<std::string> addresses_;
    bool keep_ = false, discard_ = false, any_ = false, all_ = false, go_on_ = false, stop_ = false,
         always_ = false;
};

}  // namespace mailstack::client

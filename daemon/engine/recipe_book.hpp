// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// The recipes of one account, as /etc/mailstack/recipes/USER.yaml tells them.
///
///     delivery: maildir             # or mbox; absent: as the machine's
///     recipes:                      # asked in this order
///       debian: {when: list contains debian-user, action: folder Lists/debian}
///       big:
///         match: any                # default: all
///         when: |                   # one condition a line; absent: every message
///           size over 1000000
///           sender contains boss
///         action: folder Big
///         then: continue            # default: stop
///
/// The words are model/recipe.hpp's.
// clang-format on
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/yaml_file.hpp"
#include "model/delivery.hpp"
#include "model/recipe.hpp"

namespace mailstack {

/// An immutable value, cheap to copy.
class RecipeBook {
  public:
    static constexpr std::size_t most_recipes = 100;
    static constexpr std::size_t most_octets = 64U * 1024U;  ///< of the text

    RecipeBook() : RecipeBook(parse({})) {}
    /// Never fails: where there is a problem() there are no recipes, and no delivery is set.
    static RecipeBook parse(std::string text);
    const std::string& print() const noexcept;
    /// What cannot be read as recipes, and where: "line 3: ...".
    const std::optional<std::string>& problem() const noexcept;

    Delivery delivery() const noexcept;
    const std::vector<Recipe>& recipes() const noexcept;
    const Recipe* recipe(const RecipeName& name) const noexcept;  ///< nullptr where there is none
    std::size_t line_of(const RecipeName& name) const noexcept;   ///< 1-based; 0 where there is none

    /// Edits, which write only the lines of what they change. A position is 1 for the first place; 0, and
    /// every number behind the last, is behind all others. All throw Error{InvalidConfiguration} where there
    /// is a problem(), Error{Unsupported} as YamlFile's edits, Error{LimitExceeded}.

    /// Error{AlreadyExists} where another recipe has the name. The same recipe with position 0, or its own
    /// place, changes nothing.
    RecipeBook with_recipe(const Recipe& recipe, std::size_t position) const;
    /// Its place stays. Error{NoSuchRecipe}.
    RecipeBook with_changed(const Recipe& recipe) const;
    RecipeBook without(const RecipeName& name) const;                      ///< Error{NoSuchRecipe}
    RecipeBook moved(const RecipeName& name, std::size_t position) const;  ///< Error{NoSuchRecipe}
    RecipeBook with_delivery(Delivery delivery) const;

  private:
    struct State;
    explicit RecipeBook(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    static RecipeBook made(YamlFile yaml);
    /// The file to edit; made where there is none.
    YamlFile editable() const;
    static RecipeBook checked(YamlFile yaml);
    std::size_t index_of(const RecipeName& name) const noexcept;
    std::shared_ptr<const State> state_;
};

}  // namespace mailstack

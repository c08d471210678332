// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Recipes as plain values, and how the words of a command line become those of the bus: conditions, actions,
/// names, places. org.mailstack1(5), Recipes, has their grammar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack::client {

struct Recipe {
    std::string name;
    std::string match = "all";  ///< "all" or "any"
    std::vector<std::string> conditions{};
    std::string action{};
    std::string then = "stop";  ///< "stop" or "continue"
    bool operator==(const Recipe&) const = default;
};

/// "1000000", "500K", "10M" (1,024 times each) in octets; nothing where it is none of these, or too large.
std::optional<std::uint64_t> octets_of(std::string_view size);

/// "X-Spam-Flag:yes" as "header X-Spam-Flag contains yes", "X-Spam-Flag" as "header X-Spam-Flag exists";
/// nothing where the name is none that a header field can have.
std::optional<std::string> header_condition(std::string_view argument);

/// With "not " before it; without it where it is there.
std::string negated(const std::string& condition);

/// A name for a recipe that was given none, made of what it does: "lists-debian" of "folder Lists/debian",
/// with a number behind it where another has it. One that is there just so keeps its name.
std::string made_name(const Recipe& recipe, const std::vector<Recipe>& present);

/// nullptr where there is none.
const Recipe* find_recipe(const std::vector<Recipe>& recipes, std::string_view name);

/// The place, 1 for the first, at which a recipe comes just before `other`: a new one, or `moved`, which is
/// one of `recipes`. Nothing where there is no `other`.
std::optional<std::uint32_t> place_before(const std::vector<Recipe>& recipes, std::string_view other,
                                          std::string_view moved = "");

}  // namespace mailstack::client

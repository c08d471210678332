// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// A recipe as a validated value: what becomes of the messages for which its conditions hold.
///
///     name    = ( a-z / digit ) *31( a-z / digit / "." / "_" / "-" )
///     action  = "folder" SP folder / "keep" / "forward" 1*10( SP address ) / "discard" / "pipe" SP program
///     folder  = part *7( "/" part )          ; at most 200 octets; not "new", "cur" or "tmp", in whatever case
///     part    = 1*( letter / digit / "_" / "+" / "@" / "-" )
///     address = [ local-part "@" ] host      ; plain: model/mail_address.hpp, and is_plain_recipient of model/alias.hpp
///     program = model/program_line.hpp
///
/// "keep" is the default mailbox. "continue" does it with a copy and asks the recipes after it too. A recipe without conditions
/// matches every message.
// clang-format on
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/condition.hpp"

namespace mailstack {

class RecipeName {
  public:
    /// Throws Error{InvalidArgument} that names the value and what would be right.
    explicit RecipeName(std::string_view text);
    const std::string& text() const noexcept { return text_; }
    bool operator==(const RecipeName&) const = default;

  private:
    std::string text_;
};

struct ToFolder {
    std::vector<std::string> parts;  ///< "Lists", "debian"
    bool operator==(const ToFolder&) const = default;
};
struct Keep {
    bool operator==(const Keep&) const = default;
};
struct Forward {
    std::vector<std::string> addresses;
    bool operator==(const Forward&) const = default;
};
struct Discard {
    bool operator==(const Discard&) const = default;
};
struct Pipe {
    std::string program;  ///< and its arguments
    bool operator==(const Pipe&) const = default;
};
using RecipeAction = std::variant<ToFolder, Keep, Forward, Discard, Pipe>;

/// Throws Error{InvalidArgument, InvalidAddress, LimitExceeded} that names the value and what would be right.
RecipeAction recipe_action(std::string_view text);
/// The one way to write it.
std::string text_of(const RecipeAction& action);
/// "folder", "keep", "forward", "discard", "pipe".
std::string_view word(const RecipeAction& action) noexcept;

enum class Match { All, Any };
enum class Then { Stop, Continue };
std::string_view word(Match match) noexcept;  ///< "all", "any"
std::string_view word(Then then) noexcept;    ///< "stop", "continue"

/// Of the types' own words alone: one that exists is valid.
class Recipe {
  public:
    static constexpr std::size_t most_conditions = 32;

    /// Throws Error{InvalidArgument} for a discard that has no conditions or continues; Error{LimitExceeded}
    /// for too many conditions.
    Recipe(RecipeName name, Match match, std::vector<Condition> conditions, RecipeAction action, Then then);
    /// The same of texts; "" for match is "all", for then "stop". Throws what the types' constructors throw.
    static Recipe parse(std::string_view name, std::string_view match,
                        const std::vector<std::string>& conditions, std::string_view action,
                        std::string_view then);

    const RecipeName& name() const noexcept { return name_; }
    Match match() const noexcept { return match_; }
    const std::vector<Condition>& conditions() const noexcept { return conditions_; }
    const RecipeAction& action() const noexcept { return action_; }
    Then then() const noexcept { return then_; }
    /// Whether it runs a program of the user's choice: a condition or the action.
    bool needs_program() const noexcept;
    bool operator==(const Recipe&) const = default;

  private:
    RecipeName name_;
    Match match_;
    std::vector<Condition> conditions_;
    RecipeAction action_;
    Then then_;
};

}  // namespace mailstack

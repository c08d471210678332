// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// sendmail's address scanner (prescan): how a text becomes tokens, and where an address of a list ends.
///
///     address   = *( word / quoted / comment / operator / white )
///     quoted    = DQUOTE *( any octet but DQUOTE / "\" any ) DQUOTE
///     comment   = "(" *( any octet / comment / "\" any ) ")"    ; dropped, may nest
///     operator  = one of . : % @ ! ^ / [ ] + < > , ;            ; OperatorChars and the delimiters; one token each
///     word      = 1*( any other octet / "\" any )
///
/// The delimiter ends an address outside quotes, comments and angle brackets; a backslash does not protect
/// it. What is unbalanced is closed by the scanner, with a complaint. Source of fact: sendmail 8.17.1
/// parseaddr.c, and tests/differential, which compares with the program.
// clang-format on
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

inline constexpr std::string_view unbalanced_quote = "unbalanced '\"'";

struct ScannedAddress {
    std::vector<std::string> tokens;
    std::size_t end = 0;      ///< offset of the delimiter that ended it, or the text's size
    std::string complaint{};  ///< the first thing sendmail complains of, e.g. unbalanced_quote; else ""
};

/// Scans the address at the beginning of `text` up to `delimiter` (NUL: to the end).
ScannedAddress scan_address(std::string_view text, char delimiter);

/// The elements of an alias's value, trimmed: what sendmail takes as one address each.
std::vector<std::string> split_recipients(std::string_view value);

constexpr bool is_c_space(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace mailstack

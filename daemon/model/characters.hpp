// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Sets of ASCII characters for the grammar in model/alias.hpp.
#pragma once

#include <string_view>

#include "base/text.hpp"

namespace mailstack {

constexpr bool is_letter_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
constexpr bool is_printable(char c) noexcept {
    return c >= ' ' && c <= '~';
}
inline constexpr CharacterSet word_punctuation{"$&'*+-=?^_{}~#/|`"};
inline constexpr CharacterSet plain_punctuation{"$&'*+-=?^_~"};

/// Characters of a name, the dot apart.
constexpr bool is_word_char(char c) noexcept {
    return is_letter_or_digit(c) || word_punctuation.has(c);
}
/// Characters of a plain recipient's local part, the dot apart: none of them means anything to sendmail's
/// rules, to a mailer's argument list or to a shell's word splitting.
constexpr bool is_plain_char(char c) noexcept {
    return is_letter_or_digit(c) || plain_punctuation.has(c);
}

/// `word *( "." word )`, every other character satisfying `is_word`.
template <typename IsWord>
constexpr bool is_dot_atom(std::string_view text, IsWord is_word) {
    bool after_word = false;
    for (const char c : text) {
        if (c == '.' ? !after_word : !is_word(c)) {
            return false;
        }
        after_word = c != '.';
    }
    return after_word;
}

}  // namespace mailstack

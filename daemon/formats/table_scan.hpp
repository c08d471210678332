// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// One record of a makemap text: what makemap reads into its buffer at once and what it makes of it.
/// table_file.hpp has the grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mailstack {

/// The longest record that makemap takes, line end included: its buffer of 1,024 octets without the NUL.
inline constexpr std::size_t longest_table_line = 1023;

/// What isspace() says in the C locale: what separates makemap's keys from values.
constexpr bool is_table_space(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct TableRecord {
    enum class Kind {
        Nothing,       ///< empty, or a comment
        Entry,         ///< a key and a value
        TooLong,       ///< no line end within the buffer
        HoldsNul,      ///< a NUL hides the line end: makemap says "line too long" of it too
        LeadingSpace,  ///< "syntax error (leading space)"
        NoValue,       ///< "no RHS for LHS"
    };
    Kind kind = Kind::Nothing;
    std::size_t begin = 0, end = 0;  ///< octets in the text; the line end is part of it
    bool terminated = false;         ///< its last octet is a line feed
    std::uint16_t key_size = 0;      ///< Entry, NoValue: the key is at its begin
    std::uint16_t value = 0;         ///< Entry: the value's offset from begin
    std::uint16_t value_size = 0;    ///< Entry
};

/// The record that begins at `begin`, which is less than the size of `text`.
TableRecord table_record_at(std::string_view text, std::size_t begin);

/// Calls `visit(record, line)` for each record of the text; `line` is the 1-based number of its line.
template <typename Visit>
void each_record(std::string_view text, const Visit& visit) {
    std::size_t line = 1;
    for (std::size_t at = 0; at < text.size();) {
        const auto record = table_record_at(text, at);
        visit(record, line);
        line += record.terminated ? 1 : 0;
        at = record.end;
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A sendmail.mc cut into statements as m4 reads it (the grammar is in mc_file.hpp).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// One argument of a macro call as m4 passes it: quotes stripped one level, white space before it gone.
struct McArgument {
    std::string text;
    bool literal = true;  ///< false where an unquoted macro is inside: m4 would pass what that expands to
    std::size_t begin = 0, end = 0;  ///< its octets in the file, quotes included
};

struct McStatement {
    enum class Kind {
        Call,     ///< a macro call that m4 makes
        Dnl,      ///< `dnl` to the end of the line
        Comment,  ///< `#` to the end of the line, where m4 has comments
        Quoted,   ///< a quoted string outside a call
        Text,     ///< anything else, which m4 copies (or drops, after a divert(-1))
        Unread,   ///< from here on m4 (or mailstack) cannot follow: problems say why. Always the last one
    };
    Kind kind = Kind::Text;
    std::string name{};                   ///< of a call
    std::vector<McArgument> arguments{};  ///< of a call; empty where no "(" follows
    std::size_t line = 1;                 ///< 1-based number of its first line
    std::size_t begin = 0,
                end = 0;     ///< its octets: the statements of a file follow one another without a gap
    bool discarded = false;  ///< after a divert(-1): what it writes goes nowhere, what it defines holds
};

/// Something that m4, cf or sendmail rejects, ignores or takes in another way than it looks.
struct McProblem {
    std::size_t line;        ///< 1-based
    std::size_t other_line;  ///< the line that it conflicts with, else 0
    std::string message;     ///< e.g. "line 7: a quote is opened and never closed"
};

struct McScan {
    std::vector<McStatement> statements;
    std::vector<McProblem> problems;
};

/// Never fails. `text` may hold any octets.
McScan scan_mc(std::string_view text);

constexpr bool begins_mc_word(char c) noexcept {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool in_mc_word(char c) noexcept {
    return begins_mc_word(c) || (c >= '0' && c <= '9');
}
/// The word that begins at `at`.
constexpr std::string_view mc_word_at(std::string_view text, std::size_t at) noexcept {
    auto end = at;
    while (end < text.size() && in_mc_word(text[end])) {
        ++end;
    }
    return text.substr(at, end - at);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The arguments of one macro call, collected as GNU m4's expand_argument() does.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "formats/mc_scan.hpp"

namespace mailstack {

/// What is open at the end of the text.
struct McOpen {
    enum class What { Quote, Parenthesis } what;
    std::size_t at;  ///< offset of what opened it
};

struct McArguments {
    std::vector<McArgument> list;
    std::size_t end = 0;               ///< after the closing parenthesis
    std::optional<McOpen> open{};      ///< set where there is none: `end` is then that of the text
    std::size_t stray_apostrophe = 0;  ///< offset of an apostrophe outside quotes, else 0
};

/// Whether m4 expands this word (the second argument: whether a "(" follows).
using IsMacro = std::function<bool(std::string_view word, bool called)>;

/// `text[open]` is the "(" after a macro's name. `comments`: whether "#" begins one.
McArguments collect_mc_arguments(std::string_view text, std::size_t open, bool comments,
                                 const IsMacro& is_macro);

/// The offset after the quoted string that begins at `at`, or npos where it never ends.
std::size_t end_of_mc_quote(std::string_view text, std::size_t at) noexcept;
/// The offset after the next newline, or the text's size.
std::size_t end_of_mc_line(std::string_view text, std::size_t at) noexcept;

}  // namespace mailstack

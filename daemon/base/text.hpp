// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// ASCII text as mail software treats it: no locale, bytes above 127 left alone.
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

constexpr char fold_case(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `text` with A-Z made a-z: how sendmail folds the key of a map (map flag `f` absent).
inline std::string fold_case(std::string_view text) {
    std::string folded(text);
    for (char& c : folded) {
        c = fold_case(c);
    }
    return folded;
}

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t';
}

/// `text` without spaces, tabs, CR and LF at both ends.
constexpr std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view white = " \t\r\n";
    const auto first = text.find_first_not_of(white);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(white) - first + 1);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// ASCII text as mail software treats it: no locale, bytes above 127 left alone.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

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

/// A set of octets with an answer in constant time.
class CharacterSet {
  public:
    constexpr explicit CharacterSet(std::string_view members) {
        for (const char c : members) {
            has_[static_cast<unsigned char>(c)] = true;
        }
    }
    constexpr bool has(char c) const noexcept { return has_[static_cast<unsigned char>(c)]; }
    /// Offset of the first octet of `text` that is in the set, or its size.
    constexpr std::size_t first_in(std::string_view text) const noexcept {
        std::size_t at = 0;
        while (at < text.size() && !has(text[at])) {
            ++at;
        }
        return at;
    }

  private:
    std::array<bool, 256> has_{};
};

/// The elements of `list` with `separator` between them.
inline std::string joined(const std::vector<std::string>& list, std::string_view separator) {
    std::string text;
    for (std::size_t i = 0; i < list.size(); ++i) {
        text.append(i == 0 ? std::string_view{} : separator).append(list[i]);
    }
    return text;
}

/// `text` without spaces, tabs, CR and LF at both ends.
constexpr std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view white = " \t\r\n";
    const auto first = text.find_first_not_of(white);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(white) - first + 1);
}

}  // namespace mailstack

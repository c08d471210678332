// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/error.hpp"

namespace mailstack {

std::string quoted(std::string_view value) {
    constexpr std::size_t longest = 200;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown = "'";
    for (const char c : value.substr(0, longest)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x7f) {
            shown += "\\x";
            shown += digits[byte >> 4U];
            shown += digits[byte & 0xfU];
        } else {
            shown += c;
        }
    }
    return shown + (value.size() > longest ? "...'" : "'");
}

}  // namespace mailstack

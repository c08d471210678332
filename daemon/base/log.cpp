// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/log.hpp"

#include <unistd.h>

namespace mailstack::log {

void write(Priority priority, std::string_view message) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string line = "<" + std::to_string(static_cast<int>(priority)) + ">";
    for (const char c : message) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            line += "\\x";
            line += digits[byte >> 4U];
            line += digits[byte & 0xfU];
        } else {
            line += c;
        }
    }
    line += '\n';
    // One write for each line, so that lines of two threads do not mix. Where even this fails, nobody can be
    // told.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace mailstack::log

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/cf_text.hpp"

namespace mailstack {
namespace {

/// The next line that counts, its line end included; "" at the end.
std::string_view next_setting(std::string_view& text) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
        text.remove_prefix(line.size());
        if (line != "\n" && line.front() != '#') {
            return line;
        }
    }
    return {};
}

}  // namespace

bool same_settings(std::string_view one, std::string_view other) {
    for (;;) {
        const std::string_view line = next_setting(one);
        if (line != next_setting(other)) {
            return false;
        }
        if (line.empty()) {
            return true;
        }
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The envelope's sender, of a message that does not tell it.

#include <algorithm>

#include "base/text.hpp"
#include "engine/rehearsal.hpp"

namespace mailstack {

namespace {

/// The value of the header's first field of that name, unfolded.
std::string field(std::string_view message, std::string_view name) {
    while (!message.empty() && message.front() != '\n' && message.front() != '\r') {
        std::size_t end = message.find('\n');
        while (end != std::string_view::npos && end + 1 < message.size() && is_blank(message[end + 1])) {
            end = message.find('\n', end + 1);
        }
        const std::string_view whole = message.substr(0, end);
        if (whole.size() > name.size() && whole[name.size()] == ':' &&
            fold_case(whole.substr(0, name.size())) == name) {
            return std::string(trimmed(whole.substr(name.size() + 1)));
        }
        message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
    }
    return "";
}

/// What may be an address, of what stands within <> or else of the first word with an "@".
std::string address_in(std::string_view value) {
    constexpr std::size_t longest = 320;
    const auto open = value.rfind('<');
    std::string_view found;
    if (open != std::string_view::npos) {
        found = value.substr(open + 1);
        found = found.substr(0, found.find('>'));
    } else {
        const auto at = value.find('@');
        if (at != std::string_view::npos) {
            const auto begin = value.rfind(' ', at) + 1;  // 0 where there is none
            found = value.substr(begin, value.find(' ', at) - begin);
        }
    }
    const bool plain = std::all_of(found.begin(), found.end(), [](char c) { return c > ' ' && c < 0x7f; });
    return plain && found.size() <= longest ? std::string(found) : "";
}

}  // namespace

std::string sender_of(std::string_view message) {
    if (message.starts_with("From ")) {
        return "";
    }
    const std::string path = field(message, "return-path");
    const std::string address = address_in(path.empty() ? field(message, "from") : path);
    return address.empty() ? "MAILER-DAEMON" : address;
}

}  // namespace mailstack

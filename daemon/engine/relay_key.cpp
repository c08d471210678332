// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_key.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace mailstack {
namespace {

/// RFC 6761, RFC 6762, RFC 8375, and what is used without being reserved.
constexpr std::array<std::string_view, 17> private_labels = {
    "localhost", "localdomain", "local",   "lan",   "home", "internal", "intranet", "private", "corp",
    "test",      "example",     "invalid", "onion", "alt",  "arpa",     "uucp",     "redirect"};

/// Labels that registries of countries put before their own: co.uk, com.br, ac.jp.
constexpr std::array<std::string_view, 7> registry_labels = {"co", "com", "net", "org", "edu", "gov", "ac"};

template <std::size_t size>
bool among(const std::array<std::string_view, size>& list, std::string_view label) {
    return std::find(list.begin(), list.end(), label) != list.end();
}

bool is_network(std::string_view text) {
    return text.starts_with("ipv6:") || text.starts_with('[') ||
           (!text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool is_name(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
}

}  // namespace

RelayKey relay_key(std::string_view text) {
    const std::string folded = fold_case(trimmed(text));
    std::string_view rest = folded;
    const auto colon = rest.find(':');
    const std::string_view tag =
        colon == std::string_view::npos || rest.starts_with("ipv6:") ? "" : rest.substr(0, colon);
    RelayKey key{RelayKey::Kind::Other};
    if (!tag.empty() && tag != "connect" && tag != "from" && tag != "to") {
        return key;
    }
    rest.remove_prefix(tag.empty() ? 0 : colon + 1);
    rest = trimmed(rest);
    key.tagged = !tag.empty();
    key.as_client = tag.empty() || tag == "connect";
    key.as_sender = tag.empty() || tag == "from";
    key.as_recipient = tag.empty() || tag == "to";
    if (is_network(rest)) {
        key.kind = RelayKey::Kind::Network;
        key.name = rest;
        return key;
    }
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        key.user = rest.substr(0, at);
        rest.remove_prefix(at + 1);
    }
    rest.remove_prefix(rest.starts_with('.') ? 1 : 0);
    if (is_name(rest) && key.user.find_first_of("\\\"$@<>(),;: ") == std::string::npos) {
        key.kind = RelayKey::Kind::Name;
        key.name = rest;
    }
    return key;
}

std::optional<std::string> public_suffix_of(const RelayKey& key) {
    if (key.kind != RelayKey::Kind::Name || key.name.empty()) {
        return std::nullopt;
    }
    const std::string_view name = key.name;
    const auto last = name.rfind('.');
    const std::string_view top = name.substr(last == std::string_view::npos ? 0 : last + 1);
    if (among(private_labels, top) || top.empty()) {
        return std::nullopt;
    }
    if (last == std::string_view::npos) {
        return std::string(top);
    }
    const auto second = name.rfind('.', last == 0 ? 0 : last - 1);
    const auto begins = second == std::string_view::npos || second == last ? 0 : second + 1;
    const bool registry = top.size() == 2 && among(registry_labels, name.substr(begins, last - begins));
    return std::string(registry ? name.substr(begins) : top);
}

}  // namespace mailstack

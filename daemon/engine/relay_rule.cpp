// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_rule.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/relay_key.hpp"

namespace mailstack {

namespace {

bool is_private_ipv6(std::string_view groups) {
    return groups.starts_with("fc") || groups.starts_with("fd") || groups.starts_with("fe80") ||
           groups.starts_with("::1") || groups.starts_with("0:0:0:0:0:0:0:1");
}

std::string strangers_of_network(std::string_view network) {
    constexpr std::string_view ipv6 = "ipv6:";
    if (network.starts_with('[')) {
        return "";  // one address
    }
    if (!network.starts_with(ipv6)) {
        const bool first_octet = network.find('.') == std::string_view::npos;
        return first_octet && network != "10" && network != "127"
                   ? "every machine whose address begins with " + std::string(network)
                   : "";
    }
    const std::string_view groups = network.substr(ipv6.size());
    return std::count(groups.begin(), groups.end(), ':') < 2 && !is_private_ipv6(groups)
               ? "every machine whose address begins with " + std::string(groups)
               : "";
}

/// Whom the key would let relay who is nobody in particular; "" where it names somebody.
std::string strangers_of(const RelayKey& key) {
    if (key.tagged && key.as_sender) {
        return "whoever says that this is his address";
    }
    if (key.kind == RelayKey::Kind::Network) {
        return strangers_of_network(key.name);
    }
    if (key.name.empty()) {
        return key.user.empty() ? "everybody" : "";
    }
    return public_suffix_of(key) == key.name ? "everybody with a name below " + key.name : "";
}

}  // namespace

void refuse_relay_for_strangers(const TableRow& row) {
    if (row.table() != TableName::Access || fold_case(row.value()) != "relay") {
        return;
    }
    const std::string strangers = strangers_of(relay_key(row.text()));
    if (!strangers.empty()) {
        throw Error(Code::InvalidConfiguration,
                    "access entry " + quoted(row.text()) + " RELAY would let " + strangers +
                        " send mail to anybody through this machine: name a host, a domain of yours or a "
                        "private network");
    }
}

}  // namespace mailstack

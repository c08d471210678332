// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Probes about one name each, and the strangers that all probes share.
#pragma once

#include <string>
#include <vector>

#include "engine/relay_key.hpp"
#include "engine/relay_probes.hpp"

namespace mailstack {

// A final dot marks a name as complete: sendmail does not ask DNS for it, and strips the dot before it
// decides.
inline const std::string relay_victim = "victim@mailstack-stranger.com.";
inline const std::string relay_sender = "someone@mailstack-stranger.net";
inline const std::string relay_address4 = "203.0.113.9";

inline RelayClient named_client(const std::string& name, const std::string& address = relay_address4) {
    return {address, name, "OK", name};
}
inline RelayClient nameless_client(const std::string& address) {
    return {address, "[" + address + "]", "FAIL", "mx.mailstack-stranger.org"};
}
inline const RelayClient relay_stranger = named_client("mx.mailstack-stranger.org.");

/// What a rule lets pass for one key it lets pass for all: of many, most are tried in one way of each kind.
enum class RelayEffort { Thorough, OneOfEach, SenderOnly };

void add_key(std::vector<RelayVariant>& variants, const RelayKey& key, RelayEffort effort);
void add_local_domain(std::vector<RelayVariant>& variants, const std::string& domain);
void add_sender(std::vector<RelayVariant>& variants, const std::string& sender);

}  // namespace mailstack

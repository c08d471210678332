// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What strangers would try on a relay, as values.
///
/// - anybody: a named client, one without a name, IPv6, the null sender, to a stranger's domain
/// - a client in each first octet of public IPv4 space and in each allocated first group of IPv6 space: two
/// addresses
///   far apart, both of which must pass
/// - a client, a sender and a recipient in well-known top-level domains, in those that local names, class R
/// and access
///   hold, and in registries' second-level domains (co.uk) that they name
/// - each RELAY key and each domain of class R: a client that only claims the name (pointer record or HELO,
/// not
///   verified), a sender there, a recipient whose local part routes on (`%`, `!`, quotes, `@a:`, two `@`)
/// - each local domain: the same
#pragma once

#include <string>
#include <vector>

#include "engine/relay_guard.hpp"

namespace mailstack {

/// The domain of the victim in every recipient that routes on.
inline constexpr const char* stranger_domain = "stranger.example";

struct RelayClient {
    std::string address;  ///< as sendmail writes it: "203.0.113.9", "IPv6:2001:db8:..."
    std::string name;     ///< of the verified pointer record, else "[ADDRESS]"
    std::string resolve;  ///< OK, FAIL, FORGED, TEMP: sendmail's ${client_resolve}
    std::string claimed;  ///< the unverified pointer record, and HELO
};

/// One try. A local part that routes on is an opening only if the mail would indeed leave for
/// `stranger_domain`.
struct RelayAttempt {
    RelayClient client;
    std::string sender, recipient;
    enum class Route { Direct, ThroughLocal, ThroughPartner } route = Route::Direct;
};

/// An opening if each of its attempts passes.
struct RelayVariant {
    std::string who, remedy;
    std::vector<RelayAttempt> attempts;
    bool anybody = false;  ///< it makes all others superfluous
};

std::vector<RelayVariant> relay_variants(const RelayInputs& inputs);

}  // namespace mailstack

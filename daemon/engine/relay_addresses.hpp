// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The addresses of a relay, as sendmail looks up a host that its rules wrote in brackets: by the machine's
/// resolver, /etc/hosts and all, without MX.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/socket_address.hpp"
#include "model/route.hpp"

namespace mailstack {

struct RelayAddresses {
    std::vector<SocketAddress> addresses;  ///< in the order in which they are tried, 16 at most
    std::string canonical;  ///< the name that an alias (CNAME) leads to, folded; "" for a literal
};

/// Waits for the resolver until the deadline, no longer: getaddrinfo(3) itself has a patience of its own, up
/// to minutes. Throws Error{MtaFailed} in the resolver's words.
RelayAddresses relay_addresses(const RelayHost& host, std::uint16_t port,
                               std::chrono::steady_clock::time_point deadline);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Where a TCP connection goes: an address of IPv4 or IPv6 with its port.
#pragma once

#include <sys/socket.h>

#include <string>

struct addrinfo;

namespace mailstack {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    SocketAddress() = default;
    explicit SocketAddress(const addrinfo& found);

    const sockaddr* generic() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
    std::string address() const;  ///< "192.0.2.1", "2001:db8::1"
    std::string text() const;     ///< "192.0.2.1:587", "[2001:db8::1]:587"
};

}  // namespace mailstack

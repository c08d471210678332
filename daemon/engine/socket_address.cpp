// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/socket_address.hpp"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace mailstack {

SocketAddress::SocketAddress(const addrinfo& found)
    : size(std::min<socklen_t>(found.ai_addrlen, sizeof storage)) {
    std::memcpy(&storage, found.ai_addr, size);
}

std::string SocketAddress::address() const {
    std::array<char, NI_MAXHOST> host{};
    ::getnameinfo(generic(), size, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST);
    return host.data();
}

std::string SocketAddress::text() const {
    std::array<char, NI_MAXSERV> port{};
    ::getnameinfo(generic(), size, nullptr, 0, port.data(), port.size(), NI_NUMERICSERV);
    const std::string host = address();
    return (storage.ss_family == AF_INET6 ? '[' + host + ']' : host) + ':' + port.data();
}

}  // namespace mailstack

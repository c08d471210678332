// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/outside_files.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

bool is_every_address(const std::string& address) {
    return address.empty() || address == "0.0.0.0" || address == "::" || address == "IPv6:::";
}

/// "smtp" and 25 are one port.
std::string number_of(const std::string& port) {
    const servent* const known = ::getservbyname(port.c_str(), "tcp");
    return known == nullptr ? port : std::to_string(ntohs(static_cast<std::uint16_t>(known->s_port)));
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses addresses_of(const DaemonPort& port) {
    addrinfo hints{};
    hints.ai_family = port.family == "inet6" ? AF_INET6 : AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string loopback = port.family == "inet6" ? "::1" : "127.0.0.1";
    const std::string address = port.address.starts_with("IPv6:") ? port.address.substr(5) : port.address;
    const int status = ::getaddrinfo((is_every_address(port.address) ? loopback : address).c_str(),
                                     port.port.c_str(), &hints, &found);
    if (status == EAI_SERVICE) {
        throw Error(
            Code::InvalidConfiguration,
            "DaemonPortOptions names the port " + quoted(port.port) +
                ", which is neither a number nor a service of /etc/services: sendmail would not start");
    }
    if (status == EAI_NONAME) {
        throw Error(Code::InvalidConfiguration, "DaemonPortOptions names the address " +
                                                    quoted(port.address) +
                                                    ", which is not known: sendmail would not start");
    }
    return {status == 0 ? found : nullptr, &::freeaddrinfo};
}

/// Whether the address is one of this machine's: the kernel would send from it. A datagram socket that is
/// connected sends nothing.
bool is_of_this_machine(const addrinfo& address) {
    const Descriptor socket(::socket(address.ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    std::array<char, NI_MAXHOST> here{}, there{};
    return !socket || (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0 &&
                       ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
                       ::getnameinfo(reinterpret_cast<sockaddr*>(&own), size, here.data(), here.size(),
                                     nullptr, 0, NI_NUMERICHOST) == 0 &&
                       ::getnameinfo(address.ai_addr, address.ai_addrlen, there.data(), there.size(), nullptr,
                                     0, NI_NUMERICHOST) == 0 &&
                       std::string_view(here.data()) == there.data());
}

bool answers(const addrinfo& address) {
    const Descriptor socket(
        ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, address.ai_protocol));
    if (!socket) {
        return false;
    }
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) {
        return true;
    }
    pollfd wait{.fd = socket.get(), .events = POLLOUT, .revents = 0};
    int error = 0;
    socklen_t size = sizeof error;
    return ::poll(&wait, 1, 1000) == 1 &&
           ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

void require_free(const DaemonPort& port) {
    const auto addresses = addresses_of(port);
    if (!addresses) {
        return;
    }
    const std::string shown = (port.address.empty() ? "*" : port.address) + ":" + port.port;
    if (!is_every_address(port.address) && !is_of_this_machine(*addresses)) {
        throw Error(
            Code::InvalidConfiguration,
            "DaemonPortOptions names " + shown +
                ", which is no address of this machine: sendmail would not greet at any port before it has "
                "tried for minutes to listen there");
    }
    if (answers(*addresses)) {
        throw Error(
            Code::InvalidConfiguration,
            "DaemonPortOptions names " + shown +
                ", where another program listens already: sendmail would not greet at any port before it has "
                "tried for minutes to listen there");
    }
}

}  // namespace

void require_free_ports(std::string_view live, std::string_view cf) {
    const auto held = live.empty() ? std::vector<DaemonPort>{} : daemon_ports(live);
    for (const DaemonPort& port : daemon_ports(cf)) {
        const bool is_new = std::none_of(held.begin(), held.end(), [&](const DaemonPort& one) {
            return number_of(one.port) == number_of(port.port);
        });
        if (is_new && !port.optional && (port.family == "inet" || port.family == "inet6")) {
            require_free(port);
        }
    }
}

}  // namespace mailstack

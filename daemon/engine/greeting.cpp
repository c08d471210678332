// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/greeting.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>

#include "base/descriptor.hpp"
#include "base/error.hpp"

namespace mailstack {
namespace {

using Deadline = std::chrono::steady_clock::time_point;
using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

std::string shown(const DaemonPort& port) {
    return (port.address.empty() ? "*" : port.address) + ":" + port.port;
}

/// Where to connect for `port`: every address means the loopback one.
Addresses addresses(const DaemonPort& port) {
    const bool six = port.family == "inet6";
    std::string host = port.address;
    if (host.starts_with("IPv6:")) {
        host.erase(0, std::string_view("IPv6:").size());
    }
    if (host.empty() || host == "0.0.0.0" || host == "::") {
        host = six ? "::1" : "127.0.0.1";
    }
    addrinfo hints{};
    hints.ai_family = six ? AF_INET6 : AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), port.port.c_str(), &hints, &found); error != 0) {
        throw Error(Code::MtaFailed, "sendmail.cf names the port " + quoted(shown(port)) +
                                         ", which cannot be looked up: " + ::gai_strerror(error));
    }
    return {found, ::freeaddrinfo};
}

bool wait_for(int socket, short events, Deadline deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{socket, events, 0};
    return left.count() > 0 && ::poll(&waiting, 1, static_cast<int>(left.count())) > 0;
}

/// A connected socket, or the reason why not.
Descriptor connected(const addrinfo& address, Deadline deadline, std::string& reason) {
    Descriptor made(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    int error = made && ::connect(made.get(), address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        socklen_t size = sizeof error;
        if (!wait_for(made.get(), POLLOUT, deadline) ||
            ::getsockopt(made.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
            error = ETIMEDOUT;
        }
    }
    reason = error == 0 ? "" : std::strerror(error);
    return error == 0 ? std::move(made) : Descriptor();
}

/// The first line that the other side sends, without its CRLF.
std::string first_line(int socket, Deadline deadline) {
    constexpr std::size_t longest = 512;  // RFC 5321 section 4.5.3.1.5
    std::string line;
    while (line.size() < longest && line.find('\n') == std::string::npos &&
           wait_for(socket, POLLIN, deadline)) {
        char piece[longest];
        const auto got = ::recv(socket, piece, sizeof piece, 0);
        if (got <= 0) {
            break;
        }
        line.append(piece, static_cast<std::size_t>(got));
    }
    return line.substr(0, line.find_first_of("\r\n"));
}

/// Nothing where the port greets, else what is wrong.
std::optional<std::string> fault_of(const DaemonPort& port, Deadline deadline) {
    const Addresses found = addresses(port);
    std::string reason;
    const Descriptor socket = connected(*found, deadline, reason);
    if (!socket) {
        return "does not let us connect: " + reason;
    }
    if (port.smtps) {
        return {};
    }
    const std::string greeting = first_line(socket.get(), deadline);
    if (!greeting.starts_with("220")) {
        return greeting.empty() ? "does not greet" : "greets with " + quoted(greeting);
    }
    constexpr std::string_view farewell = "QUIT\r\n";
    ::send(socket.get(), farewell.data(), farewell.size(), MSG_NOSIGNAL);
    first_line(socket.get(), std::min(deadline, std::chrono::steady_clock::now() + std::chrono::seconds(1)));
    return {};
}

}  // namespace

void prove_greeting(const std::vector<DaemonPort>& ports, Deadline deadline) {
    for (const DaemonPort& port : ports) {
        if (port.family != "inet" && port.family != "inet6") {
            continue;
        }
        auto fault = fault_of(port, deadline);
        while (fault && !port.optional && std::chrono::steady_clock::now() < deadline) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            fault = fault_of(port, deadline);
        }
        if (fault && !port.optional) {
            throw Error(Code::MtaFailed, "the MTA's port " + shown(port) + " " + *fault);
        }
    }
}

}  // namespace mailstack

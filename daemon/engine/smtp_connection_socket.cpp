// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/smtp_connection.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace mailstack {
namespace {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;
using Deadline = SmtpConnection::Deadline;

/// Whether `socket` is ready by the deadline; errno tells where poll(2) itself failed, else it is ETIMEDOUT.
bool ready(const Descriptor& socket, short events, Deadline deadline) {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd waiting{socket.get(), events, 0};
        const int number = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
        if (number > 0) {
            return true;
        }
        if (number == 0) {
            errno = ETIMEDOUT;
            return false;
        }
        if (errno != EINTR) {
            return false;
        }
    }
}

/// Connects `socket` (made here) to `address`; 0, or why not as in errno.
int connect_to(const SocketAddress& address, Deadline deadline, Descriptor& socket) {
    socket = Descriptor(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) {
        return errno;
    }
    if (::connect(socket.get(), address.generic(), address.size) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS || !ready(socket, POLLOUT, deadline)) {
        return errno;
    }
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/// Where to connect for `port`; a reason where there is nothing.
SocketAddress address_of(const DaemonPort& port, std::string& reason) {
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
    const int error = ::getaddrinfo(host.c_str(), port.port.c_str(), &hints, &found);
    const Addresses owned(error == 0 ? found : nullptr, ::freeaddrinfo);
    reason = owned ? "" : ::gai_strerror(error);
    return owned ? SocketAddress(*found) : SocketAddress();
}

}  // namespace

SmtpConnection::SmtpConnection(const DaemonPort& port, Deadline deadline)
    : name_("the MTA's port " + (port.address.empty() ? "*" : port.address) + ":" + port.port),
      deadline_(deadline) {
    std::string reason;
    const SocketAddress address = address_of(port, reason);
    if (!reason.empty()) {
        fail("of sendmail.cf cannot be looked up: " + reason);
    }
    const int error = connect_to(address, deadline, socket_);
    if (error != 0) {
        fail(error == ETIMEDOUT ? "does not answer in time"
                                : std::string("does not let us connect: ") + std::strerror(error));
    }
    connected_ = address.text();
}

SmtpConnection::SmtpConnection(std::string name, const std::vector<SocketAddress>& addresses,
                               Deadline deadline)
    : name_(std::move(name)), deadline_(deadline) {
    std::string refused;
    auto left = static_cast<int>(addresses.size());
    for (const SocketAddress& address : addresses) {
        const auto now = std::chrono::steady_clock::now();
        const int error = connect_to(address, now + (deadline - now) / left--, socket_);
        if (error == 0) {
            connected_ = address.text() + (refused.empty() ? "" : " (not " + refused + ")");
            return;
        }
        refused += (refused.empty() ? "" : ", ") + address.text() + ": " + std::strerror(error);
    }
    fail("does not let us connect: " + refused);
}

void SmtpConnection::await(short events) const {
    if (!ready(socket_, events, deadline_)) {
        fail(errno == ETIMEDOUT ? "does not answer in time"
                                : std::string("cannot be waited for: ") + std::strerror(errno));
    }
}

std::string SmtpConnection::received_raw() {
    std::array<char, piece_size> piece;
    if (std::chrono::steady_clock::now() >= deadline_) {  // an other side that never pauses is not waited for
        fail("does not answer in time");
    }
    for (;;) {
        const auto got = ::recv(socket_.get(), piece.data(), piece.size(), 0);
        if (got >= 0) {
            return {piece.data(), static_cast<std::size_t>(got)};
        }
        if (errno == EAGAIN) {
            await(POLLIN);
        } else if (errno != EINTR) {
            fail(std::string("breaks off: ") + std::strerror(errno));
        }
    }
}

void SmtpConnection::send_raw(std::string_view octets) {
    while (!octets.empty()) {
        const auto sent = ::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            octets.remove_prefix(static_cast<std::size_t>(sent));
        } else if (sent < 0 && errno == EAGAIN) {
            await(POLLOUT);
        } else if (sent < 0 && errno != EINTR) {
            fail(std::string("breaks off: ") + std::strerror(errno));
        }
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/smtp_connection.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;
constexpr std::size_t piece_size = 16384;  // a TLS record

/// Where to connect for `port`, or nothing and the reason.
Addresses addresses_of(const DaemonPort& port, std::string& reason) {
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
    reason = error == 0 ? "" : ::gai_strerror(error);
    return {error == 0 ? found : nullptr, ::freeaddrinfo};
}

}  // namespace

void SmtpConnection::fail(const std::string& what) const {
    throw Error(Code::MtaFailed, "the MTA's port " + (port_.address.empty() ? "*" : port_.address) + ":" +
                                     port_.port + " " + what);
}

SmtpConnection::SmtpConnection(const DaemonPort& port, Deadline deadline) : port_(port), deadline_(deadline) {
    std::string reason;
    const Addresses found = addresses_of(port, reason);
    if (!found) {
        fail("of sendmail.cf cannot be looked up: " + reason);
    }
    socket_ = Descriptor(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    int error = socket_ && ::connect(socket_.get(), found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        await(POLLOUT);
        socklen_t size = sizeof error;
        if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
            error = errno;
        }
    }
    if (error != 0) {
        fail(std::string("does not let us connect: ") + std::strerror(error));
    }
}

void SmtpConnection::await(short events) const {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
        pollfd waiting{socket_.get(), events, 0};
        const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
        if (ready > 0) {
            return;
        }
        if (ready == 0) {
            fail("does not answer in time");
        }
        if (errno != EINTR) {
            fail(std::string("cannot be waited for: ") + std::strerror(errno));
        }
    }
}

std::string SmtpConnection::received_raw() {
    std::array<char, piece_size> piece;
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

void SmtpConnection::quit() noexcept {
    deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + std::chrono::seconds(1));
    try {
        send("QUIT");
        read_reply();
    } catch (const std::exception&) {
        socket_ = Descriptor();
    }
}

std::string SmtpConnection::read_line() {
    constexpr std::size_t longest = 2000;
    while (pending_.find('\n') == std::string::npos) {
        const std::string more = received();
        if (more.empty()) {
            fail(pending_.empty() ? "hangs up" : "hangs up after " + quoted(pending_));
        }
        pending_ += more;
        if (pending_.size() > longest && pending_.find('\n') > longest) {
            fail("says a line of more than 2,000 octets");
        }
    }
    const auto end = pending_.find('\n');
    std::string line(trimmed(std::string_view(pending_).substr(0, end)));
    pending_.erase(0, end + 1);
    return line;
}

SmtpReply SmtpConnection::read_reply() {
    constexpr std::size_t most = 100;
    constexpr std::size_t code_size = 3;
    SmtpReply reply;
    for (;;) {
        const std::string line = read_line();
        const auto* const end = line.data() + std::min(code_size, line.size());
        int code = 0;
        if (std::from_chars(line.data(), end, code).ptr != line.data() + code_size ||
            (reply.code != 0 && code != reply.code) || reply.lines.size() == most) {
            fail("answers with what is no SMTP reply: " + quoted(line));
        }
        reply.code = code;
        reply.lines.push_back(line.substr(std::min(code_size + 1, line.size())));
        if (line.size() <= code_size || line[code_size] != '-') {
            return reply;
        }
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A relay that does what a test says: one client, on a loopback address, in a thread.
#pragma once

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <csignal>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/descriptor.hpp"
#include "engine/socket_address.hpp"
#include "test_authority.hpp"

namespace mailstack {

/// The client as the relay sees it.
class TestClient {
  public:
    explicit TestClient(int socket) : socket_(socket) {}

    /// false once the client does not take it any more.
    bool say(const std::string& text) {
        const auto size = static_cast<int>(text.size());
        return (tls_ ? ::SSL_write(tls_.get(), text.data(), size)
                     : static_cast<int>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL))) == size;
    }
    /// A line without its end; "" once the client has gone.
    std::string hear() {
        std::string line;
        for (char c = 0; c != '\n' && get(c);) {
            line += c;
        }
        heard_ += (tls_ ? "T " : "C ") + line;
        return line.substr(0, line.find('\r'));
    }
    bool start_tls(const Identity& identity) {
        const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(::SSL_CTX_new(::TLS_server_method()),
                                                                   ::SSL_CTX_free);
        ::SSL_CTX_use_certificate(context.get(), identity.certificate.get());
        ::SSL_CTX_use_PrivateKey(context.get(), identity.key.get());
        tls_.reset(::SSL_new(context.get()));
        ::SSL_set_fd(tls_.get(), socket_);
        const bool done = ::SSL_accept(tls_.get()) == 1;
        const char* const name = ::SSL_get_servername(tls_.get(), TLSEXT_NAMETYPE_host_name);
        server_name_ = name == nullptr ? "" : name;
        return done;
    }
    /// Everything that was heard: each line with "C " in front, or "T " where it came within TLS.
    const std::string& heard() const { return heard_; }
    const std::string& server_name() const { return server_name_; }

  private:
    bool get(char& c) {
        return (tls_ ? ::SSL_read(tls_.get(), &c, 1) : static_cast<int>(::recv(socket_, &c, 1, 0))) == 1;
    }

    int socket_;
    std::unique_ptr<SSL, void (*)(SSL*)> tls_{nullptr, ::SSL_free};
    std::string heard_, server_name_;
};

class ScriptedRelay {
  public:
    explicit ScriptedRelay(const std::function<void(TestClient&)>& script, int family = AF_INET)
        : socket_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)), address_(loopback(family, 0)) {
        auto* const generic = reinterpret_cast<sockaddr*>(&address_.storage);
        if (::bind(socket_.get(), generic, address_.size) != 0 || ::listen(socket_.get(), 5) != 0 ||
            ::getsockname(socket_.get(), generic, &address_.size) != 0) {
            throw std::runtime_error("no port to listen on");
        }
        thread_ = std::thread([this, script] {
            sigset_t pipe;
            ::sigemptyset(&pipe);
            ::sigaddset(&pipe, SIGPIPE);
            ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
            const Descriptor client(::accept(socket_.get(), nullptr, nullptr));
            if (client) {
                TestClient talked(client.get());
                script(talked);
                heard_ = talked.heard();
                server_name_ = talked.server_name();
            }
        });
    }
    ScriptedRelay(const ScriptedRelay&) = delete;
    ScriptedRelay& operator=(const ScriptedRelay&) = delete;
    ~ScriptedRelay() { finish(); }

    /// Everything that the client said, once it has gone.
    const std::string& finish() {
        if (thread_.joinable()) {
            ::shutdown(socket_.get(), SHUT_RDWR);  // one that never came is not waited for
            thread_.join();
        }
        return heard_;
    }
    const std::string& server_name() const { return server_name_; }
    const SocketAddress& address() const { return address_; }
    std::uint16_t port() const {
        return ntohs(
            reinterpret_cast<const sockaddr_in*>(&address_.storage)->sin_port);  // IPv6: the same place
    }

    static SocketAddress loopback(int family, std::uint16_t port) {
        SocketAddress address;
        if (family == AF_INET6) {
            auto* const six = reinterpret_cast<sockaddr_in6*>(&address.storage);
            six->sin6_family = AF_INET6;
            six->sin6_addr = in6addr_loopback;
            six->sin6_port = htons(port);
            address.size = sizeof *six;
        } else {
            auto* const four = reinterpret_cast<sockaddr_in*>(&address.storage);
            four->sin_family = AF_INET;
            four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            four->sin_port = htons(port);
            address.size = sizeof *four;
        }
        return address;
    }

  private:
    Descriptor socket_;
    SocketAddress address_;
    std::string heard_, server_name_;
    std::thread thread_;
};

}  // namespace mailstack

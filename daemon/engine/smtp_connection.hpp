// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A client's connection to an SMTP server, a daemon of this machine or a relay: lines and replies, TLS where
/// asked for. Every call ends by the deadline, and what the other side says costs a bounded amount of memory.
/// Throws Error{MtaFailed} that names the server and what went wrong.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"
#include "engine/smtp_probe.hpp"
#include "engine/socket_address.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {

struct SmtpReply {
    int code = 0;
    std::vector<std::string> lines;  ///< each without its code and line end
};

class SmtpConnection {
  public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// Connects; every address means the loopback one.
    SmtpConnection(const DaemonPort& port, Deadline deadline);
    /// Connects to the first of `addresses` that answers; each has an equal share of the time that is left.
    /// `name` is what errors call the server.
    SmtpConnection(std::string name, const std::vector<SocketAddress>& addresses, Deadline deadline);

    /// What it is connected to, and which addresses refused before: "192.0.2.1:587".
    const std::string& connected() const noexcept { return connected_; }

    void send(std::string_view line);  ///< without its line end; what is copied is wiped
    SmtpReply read_reply();            ///< at most 100 lines of 2,000 octets
    /// What the other side has said since the last send(), as it came.
    const std::string& heard() const noexcept { return heard_; }
    /// The TLS handshake, now. Nobody's certificate is verified, nor a weak one refused.
    ServedTls start_tls();
    /// The TLS handshake as `context` has it. The result is valid as long as this is.
    SSL* start_tls(SSL_CTX* context);

    /// QUIT, and its answer if it comes within a second, else "": how a server says good-bye proves nothing.
    std::string quit() noexcept;

    [[noreturn]] void fail(const std::string& what) const;

  private:
    std::string read_line();
    std::string received();      ///< some octets of the other side, decrypted
    std::string received_raw();  ///< some octets of the other side; "" at its end
    void send_raw(std::string_view octets);
    void flush_tls();  ///< sends what OpenSSL has to say
    void await(short events) const;

    static constexpr std::size_t piece_size = 16384;  ///< octets that are read at once: a TLS record

    std::string name_;
    Deadline deadline_;
    Descriptor socket_;
    std::string connected_;
    std::string pending_;  ///< received, not yet read
    std::string heard_;
    std::unique_ptr<SSL, void (*)(SSL*)> tls_{nullptr, SSL_free};
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A client's connection to an SMTP daemon: lines and replies, TLS where asked for. Every call ends by the
/// deadline. Throws Error{MtaFailed} that names the port and what went wrong.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"
#include "engine/smtp_probe.hpp"
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

    void send(std::string_view line);  ///< without its line end
    SmtpReply read_reply();            ///< at most 100 lines of 2,000 octets
    /// The TLS handshake, now. Nobody's certificate is verified, nor a weak one refused.
    ServedTls start_tls();

    /// QUIT, and its answer if it comes within a second: how a daemon says good-bye proves nothing.
    void quit() noexcept;

    [[noreturn]] void fail(const std::string& what) const;

  private:
    std::string read_line();
    std::string received();      ///< some octets of the other side, decrypted
    std::string received_raw();  ///< some octets of the other side; "" at its end
    void send_raw(std::string_view octets);
    void flush_tls();  ///< sends what OpenSSL has to say
    void await(short events) const;

    DaemonPort port_;
    Deadline deadline_;
    Descriptor socket_;
    std::string pending_;  ///< received, not yet read
    std::unique_ptr<SSL, void (*)(SSL*)> tls_{nullptr, SSL_free};
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// An SMTP daemon asked who it is, as a client would: greeting, EHLO, and the certificate that it really serves.
///
///     reply     = *( code "-" text CRLF ) code [ SP text ] CRLF
///     dialogue  = greeting EHLO [ STARTTLS TLS-handshake ] QUIT      ; smtps: TLS-handshake greeting EHLO QUIT
///
/// The certificate is not verified: what is asked is which one is served. sendmail that dislikes a certificate or key
/// file goes on without STARTTLS and only logs it; so a .cf that promises TLS is proved by this.
/// Source: RFC 5321 sections 4.2 and 4.1.1.1, RFC 3207; measured with sendmail 8.17.1.
// clang-format on
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/cf_options.hpp"

namespace mailstack {

/// The certificate that a daemon served, and how.
struct ServedTls {
    std::string fingerprint;           ///< SHA-256 of the certificate (DER), 64 hexadecimal digits
    std::string protocol;              ///< "TLSv1.3"
    std::string subject;               ///< RFC 2253
    std::string not_after;             ///< "20270101120000Z" (generalized time)
    std::vector<std::string> chain{};  ///< fingerprints of all that were sent, its own first
};

struct SmtpPeer {
    std::string greeting;  ///< the first line after "220 "
    std::vector<std::string>
        extensions;                ///< EHLO's keywords with their arguments: "SIZE", "AUTH PLAIN LOGIN"
    std::optional<ServedTls> tls;  ///< where TLS was asked for and spoken

    bool offers(std::string_view keyword) const;  ///< in any case
};

enum class AskTls { Never, IfOffered };

/// Whether the port is one of TCP: a socket in the file system is none.
bool speaks_smtp(const DaemonPort& port);

/// "127.0.0.1:25", "*:587"
std::string port_name(const DaemonPort& port);

/// One dialogue with the daemon at `port` (every address means loopback). A daemon may pause before its
/// greeting (Debian's default: a second). Throws Error{MtaFailed} that names the port and what it said: it
/// cannot be connected to, does not greet with 220, refuses EHLO, fails in TLS, does not answer before the
/// deadline.
SmtpPeer probe_smtp(const DaemonPort& port, AskTls ask, std::chrono::steady_clock::time_point deadline);

/// Whether a daemon that runs with `cf` is to offer TLS: it names a certificate and a key for itself.
bool promises_tls(std::string_view cf);

/// The proof that every port of `cf` speaks SMTP, and TLS where the .cf promises it. A port that does not
/// greet is tried again until the deadline, since a daemon that starts or throttles refuses at first;
/// STARTTLS that is absent or fails is a failure at once. Left out: family unix, optional ports that refuse,
/// and for TLS ports with the modifier S (no STARTTLS). A Srv_Features entry of access that takes STARTTLS
/// from loopback is such a failure too, and so is a chain that begins with another certificate than the first
/// of `certificates` (fingerprints; none: any will do), or lacks one of the others. Returns what each port
/// said, in their order. Throws Error{MtaFailed}.
std::vector<SmtpPeer> prove_smtp(std::string_view cf, std::chrono::steady_clock::time_point deadline,
                                 const std::vector<std::string>& certificates = {});

}  // namespace mailstack

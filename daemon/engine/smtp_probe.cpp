// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/smtp_probe.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/smtp_connection.hpp"

namespace mailstack {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

std::string shown(const SmtpReply& reply) {
    return quoted(std::to_string(reply.code) + " " + reply.lines.front());
}

/// A daemon that has greeted.
struct Session {
    SmtpConnection connection;
    SmtpPeer peer{};

    Session(const DaemonPort& port, Deadline deadline) : connection(port, deadline) {
        if (port.smtps) {
            peer.tls = connection.start_tls();
        }
        const SmtpReply greeting = connection.read_reply();
        if (greeting.code != 220) {
            connection.fail("greets with " + shown(greeting));
        }
        peer.greeting = greeting.lines.front();
    }

    void say_hello() {
        connection.send("EHLO localhost");
        SmtpReply reply = connection.read_reply();
        if (reply.code != 250) {
            connection.fail("answers EHLO with " + shown(reply));
        }
        peer.extensions.assign(reply.lines.begin() + 1, reply.lines.end());
    }

    void start_tls() {
        connection.send("STARTTLS");
        const SmtpReply reply = connection.read_reply();
        if (reply.code != 220) {
            connection.fail("answers STARTTLS with " + shown(reply));
        }
        peer.tls = connection.start_tls();
    }

    SmtpPeer finish() {
        connection.quit();
        return std::move(peer);
    }
};

SmtpPeer talk(Session session, AskTls ask) {
    session.say_hello();
    if (ask == AskTls::IfOffered && !session.peer.tls && session.peer.offers("STARTTLS")) {
        session.start_tls();
    }
    return session.finish();
}

/// A session, once the daemon greets; nothing where an optional port does not.
std::optional<Session> greeted(const DaemonPort& port, Deadline deadline) {
    for (;;) {
        try {
            return Session(port, deadline);
        } catch (const Error&) {
            if (port.optional) {
                return std::nullopt;
            }
            if (std::chrono::steady_clock::now() >= deadline) {
                throw;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

}  // namespace

bool SmtpPeer::offers(std::string_view keyword) const {
    const std::string wanted = fold_case(keyword);
    return std::any_of(extensions.begin(), extensions.end(), [&](const std::string& extension) {
        return fold_case(extension.substr(0, extension.find(' '))) == wanted;
    });
}

SmtpPeer probe_smtp(const DaemonPort& port, AskTls ask, Deadline deadline) {
    return talk(Session(port, deadline), ask);
}

bool promises_tls(std::string_view cf) {
    return !cf_value(cf, "ServerCertFile").empty() && !cf_value(cf, "ServerKeyFile").empty();
}

bool speaks_smtp(const DaemonPort& port) {
    return port.family == "inet" || port.family == "inet6";
}

std::string port_name(const DaemonPort& port) {
    return (port.address.empty() ? "*" : port.address) + ':' + port.port;
}

namespace {

void require_starttls(std::string_view cf, const DaemonPort& port, const SmtpPeer& peer) {
    if (!port.no_starttls && !peer.tls) {
        throw Error(Code::MtaFailed, "sendmail.cf names a certificate and a key, but the MTA's port " +
                                         port_name(port) +
                                         " does not offer STARTTLS: sendmail disliked one of the files " +
                                         quoted(cf_value(cf, "ServerCertFile")) + " and " +
                                         quoted(cf_value(cf, "ServerKeyFile")) +
                                         " (its log says why: owner, mode, or a key that does not match)");
    }
}

void require_certificates(const DaemonPort& port, const SmtpPeer& peer,
                          const std::vector<std::string>& wanted) {
    if (!peer.tls || wanted.empty()) {
        return;
    }
    const std::string where = "the MTA's port " + port_name(port);
    if (peer.tls->fingerprint != wanted.front()) {
        throw Error(Code::MtaFailed, where + " serves another certificate than the one installed: " +
                                         peer.tls->subject + ", until " + peer.tls->not_after);
    }
    const auto& chain = peer.tls->chain;
    const bool whole = std::all_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
        return std::find(chain.begin(), chain.end(), one) != chain.end();
    });
    if (!whole) {
        throw Error(Code::MtaFailed, where +
                                         " serves the certificate without its chain: those who connect "
                                         "could not trust it");
    }
}

}  // namespace

std::vector<SmtpPeer> prove_smtp(std::string_view cf, Deadline deadline,
                                 const std::vector<std::string>& certificates) {
    const bool promised = promises_tls(cf);
    std::vector<SmtpPeer> peers;
    for (const DaemonPort& port : daemon_ports(cf)) {
        if (!speaks_smtp(port)) {
            continue;
        }
        auto session = greeted(port, deadline);
        if (!session) {
            continue;
        }
        peers.push_back(talk(std::move(*session), promised ? AskTls::IfOffered : AskTls::Never));
        if (promised) {
            require_starttls(cf, port, peers.back());
            require_certificates(port, peers.back(), certificates);
        }
    }
    return peers;
}

}  // namespace mailstack

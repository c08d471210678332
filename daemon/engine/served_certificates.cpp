// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/served_certificates.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "engine/smtp_probe.hpp"

namespace mailstack {
namespace {

ServedCertificate asked(const DaemonPort& port, bool promised,
                        std::chrono::steady_clock::time_point deadline) {
    ServedCertificate served{.port = port_name(port), .fingerprint = {}, .failure = {}};
    try {
        const SmtpPeer peer = probe_smtp(port, AskTls::IfOffered, deadline);
        if (peer.tls) {
            served.fingerprint = peer.tls->fingerprint;
        } else if (promised && !port.no_starttls) {
            served.failure =
                "it does not offer STARTTLS: sendmail disliked the certificate or the key, and its log says "
                "why";
        }
    } catch (const Error& failure) {
        served.failure = failure.what();
    }
    return served;
}

}  // namespace

std::vector<ServedCertificate> served_certificates(std::string_view cf,
                                                   std::chrono::steady_clock::time_point deadline) {
    auto ports = daemon_ports(cf);
    std::erase_if(ports, [](const DaemonPort& port) { return !speaks_smtp(port); });
    std::vector<ServedCertificate> all;
    for (const DaemonPort& port : ports) {
        // Each has its share: one that hangs is no reason why the others were not asked.
        const auto now = std::chrono::steady_clock::now();
        const auto left = static_cast<std::int64_t>(ports.size() - all.size());
        all.push_back(asked(port, promises_tls(cf), now + (deadline - now) / left));
    }
    return all;
}

std::string served_fingerprint(const std::vector<ServedCertificate>& served, std::string_view wanted) {
    const auto speaks = [](const ServedCertificate& one) {
        return !one.fingerprint.empty() || !one.failure.empty();
    };
    const auto other = std::find_if(served.begin(), served.end(), [&](const ServedCertificate& one) {
        return speaks(one) && one.fingerprint != wanted;
    });
    if (other != served.end()) {
        return other->fingerprint;
    }
    return std::any_of(served.begin(), served.end(), speaks) ? std::string(wanted) : "";
}

}  // namespace mailstack

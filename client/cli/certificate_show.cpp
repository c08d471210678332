// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `cert show`.

#include <iostream>

#include "certificate.hpp"
#include "certificate_report.hpp"
#include "duration.hpp"
#include "password_agent.hpp"
#include "progress.hpp"

namespace mailstack::client {
namespace {

/// None where the caller may not ask, or it cannot be told: what the file holds can be told all the same.
std::optional<std::vector<ServedCertificate>> served_by(const Session& session) {
    const WaitingNote note("sendmail");
    try {
        std::vector<ServedCertificate> served;
        for (const auto& port : Certificate(*session.connection).ListServed()) {
            served.push_back({port.get<0>(), port.get<1>(), port.get<2>()});
        }
        return served;
    } catch (const sdbus::Error& error) {
        const auto failure = from_bus_error(error.getName(), error.getMessage());
        if (failure.status() == ExitStatus::Unreachable) {
            throw;
        }
        std::cerr << "mailstackctl: what sendmail serves could not be told: " << printable(failure.what())
                  << '\n';
        return std::nullopt;
    }
}

}  // namespace

CertificateState certificate_of(const Session& session) {
    const auto properties = Certificate(*session.connection).properties();
    const auto text = [&](const char* name) { return properties.at(name).get<std::string>(); };
    const auto time = [&](const char* name) { return properties.at(name).get<std::uint64_t>(); };
    return {.status = text("Status"),
            .file = text("CertificateFile"),
            .fingerprint = text("Fingerprint"),
            .names = properties.at("Names").get<std::vector<std::string>>(),
            .subject = text("Subject"),
            .issuer = text("Issuer"),
            .not_before = time("NotBefore"),
            .not_after = time("NotAfter"),
            .renews_itself = properties.at("RenewsItself").get<bool>(),
            .served_fingerprint = text("ServedFingerprint")};
}

ExitStatus show_certificate(const Options& options) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    CertificateReport report{.certificate = {}, .served = served_by(session)};
    report.certificate = certificate_of(session);  // afterwards: ServedFingerprint follows what was found
    const auto now = seconds_now();
    std::cout << (options.json ? line_of(to_json(report, now)) : to_text(report, now));
    return serves(report.certificate) ? ExitStatus::Done : ExitStatus::Failed;
}

}  // namespace mailstack::client

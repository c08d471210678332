// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "engine/check.hpp"
#include "engine/own_name.hpp"
#include "engine/smtp_probe.hpp"

namespace mailstack {
namespace {

constexpr std::int64_t day = 24 * 60 * 60;

bool is_readable(const CertificateFacts& facts) {
    return facts.certificate.has_value();
}

}  // namespace

void find_certificate_files(const Inspection& inspection, Findings& findings) {
    const CertificateFacts& facts = inspection.certificate;
    if (inspection.cf.empty()) {
        return;
    }
    if (!facts.paths.named()) {
        findings.push_back(
            {Severity::Notice, "TlsOff",
             "sendmail.cf names no certificate with a key: mail is taken without encryption only",
             "define confSERVER_CERT and confSERVER_KEY in " + inspection.mc_path});
        return;
    }
    if (!facts.certificate_failure.empty()) {
        findings.push_back(
            {Severity::Error, "CertificateMissing",
             "the certificate " + facts.paths.certificate + " cannot be used: " + facts.certificate_failure,
             "put it there, or name another in confSERVER_CERT"});
    }
    if (!facts.key_failure.empty()) {
        findings.push_back({Severity::Error, "KeyMissing",
                            "the key " + facts.paths.key + " cannot be used: " + facts.key_failure,
                            "put it there, or name another in confSERVER_KEY"});
    }
}

void find_expiry(const Inspection& inspection, Findings& findings) {
    constexpr std::int64_t soon = 30 * day;
    const CertificateFacts& facts = inspection.certificate;
    if (!is_readable(facts)) {
        return;
    }
    const std::int64_t left = facts.certificate->not_after - inspection.now;
    if (left <= 0) {
        findings.push_back({Severity::Error, "CertificateExpired",
                            "the certificate " + facts.paths.certificate + " expired " +
                                std::to_string(-left / day) + " days ago: others may refuse to send here",
                            "get a new one"});
    } else if (left <= soon) {
        findings.push_back({Severity::Warning, "CertificateExpires",
                            "the certificate " + facts.paths.certificate + " expires in " +
                                std::to_string(left / day) + " days",
                            "get a new one before that"});
    }
}

void find_key_mismatch(const Inspection& inspection, Findings& findings) {
    const CertificateFacts& facts = inspection.certificate;
    if (!facts.key_matches) {
        findings.push_back({Severity::Error, "KeyMismatch",
                            "the key " + facts.paths.key + " is not that of the certificate " +
                                facts.paths.certificate + ": sendmail does not offer TLS with them",
                            "put the two there that were made together"});
    }
}

void find_certificate_names(const Inspection& inspection, Findings& findings) {
    const CertificateFacts& facts = inspection.certificate;
    const std::string name = own_name(inspection.cf, inspection.host_name);
    if (!is_readable(facts) || name.empty()) {
        return;
    }
    const bool covered = std::any_of(facts.certificate->names.begin(), facts.certificate->names.end(),
                                     [&](const std::string& pattern) { return covers(pattern, name); });
    if (!covered) {
        findings.push_back(
            {Severity::Warning, "CertificateNames",
             "the certificate " + facts.paths.certificate + " is for " +
                 (facts.certificate->names.empty() ? "no name" : joined(facts.certificate->names, ", ")) +
                 ", but this machine calls itself " + name,
             "get one for " + name});
    }
}

void find_served_certificate(const Inspection& inspection, Findings& findings) {
    const CertificateFacts& facts = inspection.certificate;
    if (!promises_tls(inspection.cf)) {
        return;
    }
    for (const PortFacts& port : inspection.ports) {
        if (!port.peer || port.port.no_starttls) {
            continue;
        }
        if (!port.peer->tls) {
            findings.push_back(
                {Severity::Error, "TlsNotServed",
                 "port " + port.port.port +
                     " does not offer STARTTLS, although sendmail.cf names a "
                     "certificate: sendmail disliked the certificate or the key",
                 "see sendmail's lines in the journal for STARTTLS=server; then mailstackctl reload"});
        } else if (is_readable(facts) && port.peer->tls->fingerprint != facts.certificate->fingerprint) {
            findings.push_back({Severity::Error, "CertificateNotServed",
                                "port " + port.port.port + " serves another certificate (" +
                                    port.peer->tls->subject + ") than the one in " + facts.paths.certificate,
                                "mailstackctl reload"});
        }
    }
}

}  // namespace mailstack

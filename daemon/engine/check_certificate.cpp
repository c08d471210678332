// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <string_view>

#include "base/text.hpp"
#include "engine/check.hpp"
#include "formats/cf_mailers.hpp"

namespace mailstack {
namespace {

constexpr std::int64_t day = 24 * 60 * 60;

bool is_readable(const CertificateFacts& facts) {
    return !facts.certificate_path.empty() && facts.certificate_failure.empty();
}

/// RFC 6125: `*` stands for one label, the first.
bool covers(std::string_view pattern, std::string_view name) {
    if (fold_case(pattern) == fold_case(name)) {
        return true;
    }
    const auto dot = name.find('.');
    return pattern.starts_with("*.") && dot != std::string_view::npos &&
           fold_case(pattern.substr(1)) == fold_case(name.substr(dot));
}

/// What the MTA calls itself: macro j where it is a plain name, else the machine's.
std::string own_name(const Inspection& inspection) {
    const auto j = cf_macro(inspection.cf, "j");
    return j && j->value.find('$') == std::string::npos ? fold_case(j->value) : inspection.host_name;
}

}  // namespace

void find_certificate_files(const Inspection& inspection, Findings& findings) {
    const CertificateFacts& facts = inspection.certificate;
    if (inspection.cf.empty()) {
        return;
    }
    if (facts.certificate_path.empty() || facts.key_path.empty()) {
        findings.push_back(
            {Severity::Notice, "TlsOff",
             "sendmail.cf names no certificate with a key: mail is taken without encryption only",
             "define confSERVER_CERT and confSERVER_KEY in " + inspection.mc_path});
        return;
    }
    if (!facts.certificate_failure.empty()) {
        findings.push_back(
            {Severity::Error, "CertificateMissing",
             "the certificate " + facts.certificate_path + " cannot be used: " + facts.certificate_failure,
             "put it there, or name another in confSERVER_CERT"});
    }
    if (!facts.key_failure.empty()) {
        findings.push_back({Severity::Error, "KeyMissing",
                            "the key " + facts.key_path + " cannot be used: " + facts.key_failure,
                            "put it there, or name another in confSERVER_KEY"});
    }
}

void find_expiry(const Inspection& inspection, Findings& findings) {
    constexpr std::int64_t soon = 30 * day;
    const CertificateFacts& facts = inspection.certificate;
    if (!is_readable(facts)) {
        return;
    }
    const std::int64_t left = facts.not_after - inspection.now;
    if (left <= 0) {
        findings.push_back({Severity::Error, "CertificateExpired",
                            "the certificate " + facts.certificate_path + " expired " +
                                std::to_string(-left / day) + " days ago: others may refuse to send here",
                            "get a new one"});
    } else if (left <= soon) {
        findings.push_back({Severity::Warning, "CertificateExpires",
                            "the certificate " + facts.certificate_path + " expires in " +
                                std::to_string(left / day) + " days",
                            "get a new one before that"});
    }
}

void find_key_mismatch(const Inspection& inspection, Findings& findings) {
    const CertificateFacts& facts = inspection.certificate;
    if (!facts.key_matches) {
        findings.push_back({Severity::Error, "KeyMismatch",
                            "the key " + facts.key_path + " is not that of the certificate " +
                                facts.certificate_path + ": sendmail does not offer TLS with them",
                            "put the two there that were made together"});
    }
}

void find_certificate_names(const Inspection& inspection, Findings& findings) {
    const CertificateFacts& facts = inspection.certificate;
    const std::string name = own_name(inspection);
    if (!is_readable(facts) || name.empty()) {
        return;
    }
    const bool covered = std::any_of(facts.names.begin(), facts.names.end(),
                                     [&](const std::string& pattern) { return covers(pattern, name); });
    if (!covered) {
        findings.push_back({Severity::Warning, "CertificateNames",
                            "the certificate " + facts.certificate_path + " is for " +
                                (facts.names.empty() ? "no name" : joined(facts.names, ", ")) +
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
        } else if (is_readable(facts) && port.peer->tls->fingerprint != facts.fingerprint) {
            findings.push_back({Severity::Error, "CertificateNotServed",
                                "port " + port.port.port + " serves another certificate (" +
                                    port.peer->tls->subject + ") than the one in " + facts.certificate_path,
                                "mailstackctl reload"});
        }
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/certificate_status.hpp"

#include "base/text.hpp"
#include "engine/certificate_expiry.hpp"

namespace mailstack {

bool renews_itself(const CertificateFacts& facts) {
    return facts.made_here && facts.usable() && facts.certificate->self_signed;
}

std::string certificate_status(const CertificateFacts& facts, const std::vector<ServedCertificate>& served,
                               std::int64_t now) {
    constexpr unsigned soon = 30;
    if (!facts.paths.named()) {
        return "none";
    }
    if (!facts.usable()) {
        return "unusable";
    }
    const CertificateDetails& certificate = *facts.certificate;
    if (certificate.not_after <= now) {
        return "expired";
    }
    if (certificate.not_before > now) {
        return "not-yet-valid";
    }
    if (!served.empty() && served_fingerprint(served, certificate.fingerprint) != certificate.fingerprint) {
        return "not-served";
    }
    return days_left(certificate.not_after, now) <= soon ? "expiring" : "valid";
}

std::string expiry_words(const CertificateDetails& certificate, unsigned days) {
    return "the certificate for " +
           (certificate.names.empty() ? "no name" : joined(certificate.names, ", ")) +
           (days == 0   ? " has expired"
            : days == 1 ? " expires within a day"
                        : " expires in " + std::to_string(days) + " days") +
           ": 'mailstackctl cert install' installs a new one, 'mailstackctl cert rotate' makes one";
}

}  // namespace mailstack

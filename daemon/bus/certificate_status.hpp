// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What is told of a certificate, in the words of org.mailstack1.Certificate.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/certificate_facts.hpp"
#include "engine/served_certificates.hpp"

namespace mailstack {

/// Whether mailstack made it, and can renew it.
bool renews_itself(const CertificateFacts& facts);

/// "valid", "expiring", ...: see the property Status. `served`: none where no sendmail was asked.
std::string certificate_status(const CertificateFacts& facts, const std::vector<ServedCertificate>& served,
                               std::int64_t now);

/// "The certificate for mail.example.org expires in 7 days: ...".
std::string expiry_words(const CertificateDetails& certificate, unsigned days);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What the verbs of `cert` print, made from plain values. Nothing here knows the bus.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "format.hpp"

namespace mailstack::client {

/// What one of sendmail's ports serves.
struct ServedCertificate {
    std::string address;      ///< "127.0.0.1:25"
    std::string fingerprint;  ///< "": it speaks no TLS
    std::string reason;       ///< why it does not, where it should; "" where all is well
};

struct CertificateReport {
    CertificateState certificate;
    std::optional<std::vector<ServedCertificate>> served{};  ///< none where sendmail could not be asked
};

/// Whether those who connect see it and can take it: "valid" or "expiring".
bool serves(const CertificateState& certificate);

/// The days that are left, rounded up; 0: it has expired.
std::uint64_t days_left(std::uint64_t not_after, std::uint64_t now);

/// What is wrong, or that nothing is.
std::string status_words(const CertificateState& certificate);
/// The next command, or "nothing". `now` is the present, in seconds since the epoch.
std::string to_do(const CertificateState& certificate, std::uint64_t now);

/// For the line of `mailstackctl status`: "valid, until 2029-02-24 06:12 (823 days left)".
std::string to_text(const CertificateState& certificate, std::uint64_t now);
/// The lines of `mailstackctl cert show`.
std::string to_text(const CertificateReport& report, std::uint64_t now);
/// Below "live as generation 12": for whom it is, until when, and its fingerprint.
std::string new_certificate_text(const CertificateState& certificate, std::uint64_t now);

/// For `mailstackctl status`; not_after is null where there is none.
Json to_json(const CertificateState& certificate);
Json to_json(const CertificateReport& report, std::uint64_t now);
Json new_certificate_json(const CertificateState& certificate, std::uint64_t generation);

}  // namespace mailstack::client

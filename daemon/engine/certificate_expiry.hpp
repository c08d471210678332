// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// When a certificate is to be renewed, and when people are to be told that it expires.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/layout.hpp"
#include "model/certificate.hpp"
#include "model/change.hpp"

namespace mailstack {

/// The days until `not_after`, rounded up; 0: it is over.
unsigned days_left(std::int64_t not_after, std::int64_t now);

/// What is to be done about a certificate at `now` (seconds since the epoch).
struct ExpiryVerdict {
    bool renew = false;
    std::optional<unsigned> warn{};  ///< the threshold that was reached: 30, 14, 7, 3, 1 or 0 days
};

/// One that `renews_itself` is due for it where a third of its time is left, or 32 days where that is less.
/// `noted`: what the last note (Layout::expiry_warned()) says, "" where there is none.
ExpiryVerdict expiry_verdict(const CertificateDetails& certificate, bool renews_itself,
                             const std::string& noted, std::int64_t now);

/// The note that a threshold was told for this certificate.
NoteExpiryWarning expiry_note(const Layout& layout, const CertificateDetails& certificate,
                              unsigned threshold);

/// The same names and length with the same key.
RotateCertificate renewal(const CertificateDetails& certificate, std::int64_t now);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/certificate_expiry.hpp"

#include <algorithm>
#include <array>

#include "engine/make_certificate.hpp"

namespace mailstack {
namespace {

constexpr std::int64_t a_day = 24L * 60 * 60;
constexpr std::array<unsigned, 6> thresholds{0, 1, 3, 7, 14, 30};
/// Before the first warning.
constexpr std::int64_t renewed_before = 32 * a_day;

std::string note_text(const std::string& fingerprint, unsigned threshold) {
    return fingerprint + ' ' + std::to_string(threshold) + '\n';
}

/// Whether this threshold, or a later one, was told for the certificate.
bool was_told(const std::string& noted, const std::string& fingerprint, unsigned threshold) {
    return std::any_of(thresholds.begin(), thresholds.end(), [&](unsigned one) {
        return one <= threshold && noted == note_text(fingerprint, one);
    });
}

}  // namespace

unsigned days_left(std::int64_t not_after, std::int64_t now) {
    return static_cast<unsigned>(std::max<std::int64_t>(not_after - now + a_day - 1, 0) / a_day);
}

ExpiryVerdict expiry_verdict(const CertificateDetails& certificate, bool renews_itself,
                             const std::string& noted, std::int64_t now) {
    const std::int64_t left = certificate.not_after - now;
    const std::int64_t third = (certificate.not_after - certificate.not_before) / 3;
    if (renews_itself) {
        // One whose time has not begun was made by a clock that was wrong. The timer comes once a day.
        return {.renew = certificate.not_before > now ||
                         left <= std::max(std::min(renewed_before, third), 2 * a_day)};
    }
    const unsigned days = days_left(certificate.not_after, now);
    const auto reached = std::find_if(thresholds.begin(), thresholds.end(),
                                      [&](unsigned threshold) { return days <= threshold; });
    if (reached == thresholds.end() || was_told(noted, certificate.fingerprint, *reached)) {
        return {};
    }
    return {.warn = *reached};
}

NoteExpiryWarning expiry_note(const Layout& layout, const CertificateDetails& certificate,
                              unsigned threshold) {
    return {
        .note = std::make_shared<const ProvidedFile>(
            layout.expiry_warned(), note_text(certificate.fingerprint, threshold), 0600, OnExisting::Replace),
        .days = threshold};
}

RotateCertificate renewal(const CertificateDetails& certificate, std::int64_t now) {
    RotateCertificate change{.now = now};
    for (const std::string& name : certificate.names) {
        change.names.emplace_back(name);
    }
    // The first of its days was the one before it was made.
    const std::int64_t days = (certificate.not_after - certificate.not_before) / a_day - 1;
    change.days = static_cast<unsigned>(std::clamp<std::int64_t>(days, 1, longest_days));
    return change;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/certificate_expiry.hpp"

#include <doctest/doctest.h>

#include "engine/make_certificate.hpp"

using namespace mailstack;

namespace {

constexpr std::int64_t day = 24L * 60 * 60;
constexpr std::int64_t begin = 1'800'000'000;

CertificateDetails valid_for(std::int64_t days) {
    CertificateDetails certificate;
    certificate.not_before = begin;
    certificate.not_after = begin + days * day;
    certificate.names = {"mail.example.test", "example.test"};
    certificate.fingerprint = std::string(64, 'a');
    return certificate;
}

ExpiryVerdict asked(const CertificateDetails& certificate, bool renews, const std::string& noted,
                    std::int64_t left) {
    return expiry_verdict(certificate, renews, noted, certificate.not_after - left);
}

}  // namespace

TEST_CASE("days are rounded up, and none are left once it is over") {
    CHECK(days_left(begin, begin - day) == 1);
    CHECK(days_left(begin, begin - 1) == 1);
    CHECK(days_left(begin, begin - day - 1) == 2);
    CHECK(days_left(begin, begin) == 0);
    CHECK(days_left(begin, begin + 9 * day) == 0);
}

TEST_CASE("one that renews itself: 32 days before its end, or where a third of a short time is left") {
    CHECK_FALSE(asked(valid_for(824), true, "", 32 * day + 1).renew);
    CHECK(asked(valid_for(824), true, "", 32 * day).renew);
    CHECK(asked(valid_for(824), true, "", -5 * day).renew);
    CHECK_FALSE(asked(valid_for(9), true, "", 3 * day + 1).renew);
    CHECK(asked(valid_for(9), true, "", 3 * day).renew);
    CHECK_FALSE(asked(valid_for(824), false, "", 1).renew);
    CHECK_FALSE(asked(valid_for(9), true, "", 5 * day).warn.has_value());
}

TEST_CASE("every other one is warned of at each threshold, once") {
    const auto certificate = valid_for(90);
    const Layout layout;
    std::string noted;
    std::vector<unsigned> told;
    for (std::int64_t left = 40 * day; left >= -5 * day; left -= day / 4) {
        if (const auto verdict = asked(certificate, false, noted, left); verdict.warn) {
            told.push_back(*verdict.warn);
            noted = expiry_note(layout, certificate, *verdict.warn).note->bytes;
        }
    }
    CHECK(told == std::vector<unsigned>{30, 14, 7, 3, 1, 0});
}

TEST_CASE(
    "what was slept through is told once, by the nearest threshold; a clock set back tells nothing again") {
    const auto certificate = valid_for(90);
    const auto noted = expiry_note(Layout{}, certificate, 7).note->bytes;
    CHECK(asked(certificate, false, "", 2 * day).warn == 3);
    CHECK_FALSE(asked(certificate, false, noted, 12 * day).warn.has_value());
    CHECK(asked(certificate, false, noted, 2 * day).warn == 3);
}

TEST_CASE("another certificate is told of anew, whatever the note of the last one says") {
    auto other = valid_for(90);
    const auto noted = expiry_note(Layout{}, other, 1).note->bytes;
    other.fingerprint = std::string(64, 'b');
    CHECK(asked(other, false, noted, 20 * day).warn == 30);
    CHECK(asked(other, false, "rubbish", 20 * day).warn == 30);
}

TEST_CASE("a renewal is for the same names and as long, with the same key") {
    const PrivateKey key = new_key(KeyKind::EcdsaP256);
    const auto made = self_signed(key, {Domain("mail.example.test"), Domain("example.test")}, begin, 90);
    const RotateCertificate change = renewal(made.leaf(), begin + 80 * day);
    CHECK_FALSE(change.key.has_value());
    CHECK(change.days == 90);
    CHECK(change.now == begin + 80 * day);
    REQUIRE(change.names.size() == 2);
    CHECK(change.names[0].text() == "mail.example.test");
}

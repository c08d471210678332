// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "certificate_report.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <string>
#include <tuple>

using namespace mailstack::client;

namespace {

constexpr std::uint64_t now = 1780000000;  // 2026-05-28 20:26:40 UTC
constexpr std::uint64_t day = 86400;

CertificateState valid() {
    setenv("TZ", "UTC0", 1);
    return {.status = "valid",
            .file = "/etc/mailstack/tls/mail.crt",
            .fingerprint = std::string(64, 'a'),
            .names = {"mail.example.org", "example.org"},
            .subject = "CN=mail.example.org",
            .issuer = "CN=R3,O=Let's Encrypt,C=US",
            .not_before = now - 30 * day,
            .not_after = now + 60 * day,
            .renews_itself = false,
            .served_fingerprint = std::string(64, 'a')};
}

CertificateState with_status(const std::string& status) {
    auto certificate = valid();
    certificate.status = status;
    return certificate;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("days are rounded up, as ExpiryWarning rounds them") {
    CHECK(days_left(now + 60 * day, now) == 60);
    CHECK(days_left(now + 60 * day + 1, now) == 61);
    CHECK(days_left(now + 1, now) == 1);
    CHECK(days_left(now, now) == 0);
    CHECK(days_left(now - 1, now) == 0);
    CHECK(days_left(0, now) == 0);
}

TEST_CASE("the report of a certificate that is served") {
    const CertificateReport report{
        valid(), {{{"127.0.0.1:25", std::string(64, 'a'), ""}, {"[::1]:587", std::string(64, 'a'), ""}}}};
    CHECK(to_text(report, now) ==
          "File:         /etc/mailstack/tls/mail.crt\n"
          "Names:        mail.example.org, example.org\n"
          "Subject:      CN=mail.example.org\n"
          "Issuer:       CN=R3,O=Let's Encrypt,C=US\n"
          "Valid from:   2026-04-28 20:26\n"
          "Valid until:  2026-07-27 20:26 (60 days left)\n"
          "Renewal:      by whoever issued it\n"
          "Fingerprint:  " +
              std::string(64, 'a') +
              "\n"
              "Served:       127.0.0.1:25  this certificate\n"
              "              [::1]:587     this certificate\n"
              "Status:       valid\n"
              "To do:        nothing\n");
}

TEST_CASE("what is served may be another one, none, or unknown") {
    CertificateReport report{with_status("not-served"),
                             {{{"127.0.0.1:25", std::string(64, 'b'), "\x1b[2J"},
                               {"127.0.0.1:587", "", "no STARTTLS"},
                               {"127.0.0.1:26", "", ""}}}};
    const auto text = to_text(report, now);
    CHECK(has(text, "127.0.0.1:25   another one, " + std::string(64, 'b') + ": \\x1b[2J\n"));
    CHECK(has(text, "127.0.0.1:587  no TLS: no STARTTLS\n"));
    CHECK(has(text, "127.0.0.1:26   no TLS, as sendmail.cf says\n"));
    report.served = {};
    CHECK(has(to_text(report, now), "Served:       this certificate, when sendmail was last asked\n"));
    CHECK(to_json(report, now)["served"].is_null());
    report.certificate.served_fingerprint = "";
    CHECK(has(to_text(report, now), "Served:       none, when sendmail was last asked\n"));
    report.served.emplace();
    CHECK(has(to_text(report, now), "Served:       nowhere: sendmail.cf names no port\n"));
    CHECK(to_json(report, now)["served"] == Json::array());
}

TEST_CASE("one that was made here tells when it is renewed: a third of its time before the end, or 32 days") {
    auto certificate = valid();
    certificate.renews_itself = true;
    certificate.issuer = certificate.subject;
    auto text = to_text(CertificateReport{certificate, {}}, now);
    CHECK(has(text, "Issuer:       itself (self-signed)\n"));
    CHECK(has(text, "Renewal:      by itself, from 2026-06-27 20:26 on"));  // 90 days: 30 before the end
    certificate.not_after = now + 794 * day;
    text = to_text(CertificateReport{certificate, {}}, now);
    CHECK(has(text, "Renewal:      by itself, from 2028-06-28 20:26 on"));  // 824 days: 32 before the end
}

TEST_CASE("each status has its words and a next command") {
    constexpr std::array<std::tuple<const char*, const char*, const char*>, 7> expected{{
        {"valid", "valid", "nothing"},
        {"expiring", "expires soon", "certbot renew"},
        {"expired", "expired", "mailstackctl cert install CHAIN KEY"},
        {"not-yet-valid", "not valid yet", "timedatectl"},
        {"not-served", "not served", "mailstackctl reload"},
        {"unusable", "cannot be read", "mailstackctl check"},
        {"none", "names no certificate", "mailstackctl cert rotate"},
    }};
    for (const auto& [status, words, command] : expected) {
        CAPTURE(status);
        const auto certificate = with_status(status);
        CHECK(has(status_words(certificate), words));
        CHECK(has(to_do(certificate, now), command));
        const auto well = std::string(status) == "valid" || std::string(status) == "expiring";
        CHECK(serves(certificate) == well);
    }
    CHECK(status_words(with_status("novel\x1b")) == "novel\\x1b");
    CHECK_FALSE(serves(with_status("novel")));
}

TEST_CASE("one that renews itself needs nobody, unless its time for that has passed") {
    auto certificate = with_status("expiring");
    certificate.renews_itself = true;
    certificate.not_before = now - 45 * day;
    certificate.not_after = now + 28 * day;  // 73 days: renewed when 24.3 are left
    CHECK(to_do(certificate, now) == "nothing: it renews itself");
    certificate.not_after = now + 20 * day;
    CHECK(has(to_do(certificate, now), "mailstackctl cert rotate --key keep"));
    CHECK(has(to_do(certificate, now), "mailstack-certificate.timer"));
    certificate.status = "expired";
    certificate.not_after = now - 1;
    CHECK(has(to_do(certificate, now), "mailstackctl cert rotate --key keep"));
}

TEST_CASE("how long ago it expired") {
    auto certificate = with_status("expired");
    certificate.not_after = now - 3 * day;
    CHECK(to_text(certificate, now) ==
          "expired, until 2026-05-25 20:26 (expired 3 days ago); see 'mailstackctl cert show'");
    certificate.not_after = now - 1;
    CHECK(to_text(certificate, now) ==
          "expired, until 20:26 (expired less than a day ago); see 'mailstackctl cert show'");
    certificate.not_after = now + 1;
    CHECK(has(to_text(certificate, now), "(1 day left)"));
}

TEST_CASE("what stands in a certificate cannot steer the terminal") {
    auto certificate = valid();
    certificate.names = {"\x1b[2J.example"};
    certificate.subject = "CN=\x1b]0;x\x07";
    certificate.issuer = "O=\n";
    certificate.file = "/etc/\x7f";
    certificate.fingerprint = "\x1b";
    const auto text = to_text(CertificateReport{certificate, {}}, now) + to_text(certificate, now) +
                      new_certificate_text(certificate, now);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x7f') == std::string::npos);
    CHECK(has(text, "Issuer:       O=\\x0a\n"));
}

TEST_CASE("as JSON every member is there, in the manual's order; what is not known is null") {
    const CertificateReport none{{.status = "none"}, {{{"127.0.0.1:25", "", "refused"}}}};
    CHECK(line_of(to_json(none, now)) ==
          R"({"status":"none",)"
          R"("words":"none: sendmail.cf names no certificate, so that sendmail speaks no TLS",)"
          R"("to_do":"'mailstackctl cert rotate' makes one and has it served","file":"","names":[],)"
          R"("subject":"","issuer":"","not_before":null,"not_after":null,"days_left":null,)"
          R"("renews_itself":false,"fingerprint":"","served_fingerprint":"",)"
          R"("served":[{"address":"127.0.0.1:25","fingerprint":"","reason":"refused"}]})"
          "\n");
    const auto json = to_json(CertificateReport{valid(), {}}, now);
    CHECK(json["days_left"] == 60);
    CHECK(json["not_before"] == now - 30 * day);
    CHECK(line_of(new_certificate_json(valid(), 12)) ==
          R"({"generation":12,"live":true,"names":["mail.example.org","example.org"],)"
          R"("not_after":1785184000,"fingerprint":")" +
              std::string(64, 'a') + "\"}\n");
}

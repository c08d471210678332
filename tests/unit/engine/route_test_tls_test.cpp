// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_certificate.hpp"
#include "engine/relay_tls.hpp"
#include "route_fixture.hpp"

using namespace mailstack;

namespace {

constexpr const char* dates = ", valid from 2020-01-02 03:04:05 UTC to 2040-01-02 03:04:05 UTC";

struct Verdict {
    std::string verify;  ///< its words
    std::string heard;
    bool ok;  ///< the whole test
};

Verdict verdict(const Identity& shown, const TrustAnchors& anchors, const std::string& tls = "verified") {
    Manners manners;
    manners.identity = shown;
    ScriptedRelay relay(behaving(manners));
    const Secret secret{std::string(secret_text)};
    const auto steps = steps_to(relay, anchors, relay_to(host, relay.port(), tls), &secret);
    return {words_of(steps, "verify"), relay.finish(), failure(steps) == "it did not fail"};
}

/// What is said against a certificate where it matters, and that nothing but QUIT was sent to its owner.
std::string fault(const Identity& shown, const TrustAnchors& anchors) {
    const Verdict found = verdict(shown, anchors);
    CHECK_FALSE(found.ok);
    CHECK(found.heard == "C EHLO mail.example.test\r\nC STARTTLS\r\nT QUIT\r\n");
    return found.verify;
}

std::string why_not(const Wanted& wanted, const std::string& name) {
    return why_not_for(identity(wanted).certificate.get(), RelayHost(name));
}

}  // namespace

TEST_CASE("whatever is wrong with a certificate, the demand \"verified\" ends the dialogue before AUTH") {
    const TestAuthority authority;
    const TrustAnchors anchors = authority.anchors();
    const std::string right = "DNS:" + host;
    const std::string ours = "; subject CN=relay, issuer CN=test authority";
    CHECK(fault(authority.issue({.alternative = right, .until = "20210102030405Z"}), anchors) ==
          "expired on 2021-01-02 03:04:05 UTC" + ours +
              ", valid from 2020-01-02 03:04:05 UTC to 2021-01-02 03:04:05 UTC");
    CHECK(fault(authority.issue({.alternative = right, .from = "20390102030405Z"}), anchors) ==
          "not yet valid, but from 2039-01-02 03:04:05 UTC" + ours +
              ", valid from 2039-01-02 03:04:05 UTC to 2040-01-02 03:04:05 UTC");
    CHECK(fault(authority.issue({.alternative = "DNS:a.test,DNS:b.test,IP:192.0.2.1"}), anchors) ==
          "name mismatch: it is for a.test, b.test, 192.0.2.1, CN=relay, not for smart.example.test" + ours +
              dates);
    CHECK(fault(identity({.common = host}), anchors) ==
          "unknown authority; subject CN=smart.example.test, issuer CN=smart.example.test" +
              std::string(dates));
    const TestAuthority stranger({.common = "stranger", .authority = true});
    CHECK(fault(stranger.issue({.alternative = right}), anchors).starts_with("unknown authority; subject"));
    CHECK(fault(stranger.issue({.common = "z", .until = "20210102030405Z"}), anchors)
              .starts_with("unknown authority; expired on 2021-01-02 03:04:05 UTC; name mismatch: it is for "
                           "CN=z, not for smart.example.test; subject CN=z, issuer CN=stranger"));
    const TestAuthority old({.common = "old", .until = "20210102030405Z", .authority = true});
    CHECK(fault(old.issue({.alternative = right}), old.anchors())
              .starts_with("its authority's certificate: expired on 2021-01-02"));
}

TEST_CASE("where it is not demanded, what is wrong is told, and the dialogue goes on") {
    const TestAuthority authority;
    const Identity own = identity({.common = "z"});
    const Verdict found = verdict(own, authority.anchors(), "encrypted");
    CHECK(found.ok);
    CHECK(found.verify.starts_with(
        "not verified, which tls 'encrypted' does not demand: unknown authority; name mismatch: "));
    CHECK(found.heard.find("T AUTH PLAIN ") != std::string::npos);
    CHECK(verdict(own, {}, "none").ok);
}

TEST_CASE("sendmail has authorities only where it is told of both, a file and a directory") {
    const TestAuthority authority;
    const Identity right = authority.issue({.alternative = "DNS:" + host});
    TrustAnchors anchors = authority.anchors();
    CHECK(verdict(right, anchors).ok);
    CHECK(verdict(right, {anchors.file, "/nonexistent"}).ok);
    const std::string both =
        "sendmail.cf does not name both CACertFile and CACertPath, without which sendmail trusts no "
        "authority";
    CHECK(fault(right, {anchors.file, ""}).starts_with(both + "; unknown authority"));
    CHECK(fault(right, {"", anchors.directory}).starts_with(both));
    CHECK(fault(right, {"/nonexistent", anchors.directory})
              .starts_with("sendmail cannot load the authorities of '/nonexistent': "));
}

TEST_CASE("a certificate is for a host where sendmail's rules find it so") {
    CHECK(why_not({.alternative = "DNS:" + host}, host).empty());
    CHECK(why_not({.alternative = "DNS:a.test,DNS:SMART.Example.TEST"}, host).empty());
    CHECK(why_not({.alternative = "DNS:*.example.test"}, host).empty());
    CHECK(why_not({.common = host}, host).empty());
    CHECK(why_not({.common = host, .alternative = "DNS:other.test"}, host).empty());
    CHECK(why_not({.common = "127.0.0.1"}, "127.0.0.1").empty());
    CHECK(why_not({.alternative = "DNS:127.0.0.1"}, "127.0.0.1").empty());

    CHECK(why_not({.alternative = "DNS:*.test"}, host) ==
          "name mismatch: it is for *.test, CN=relay, not for smart.example.test");
    CHECK(why_not({.alternative = "DNS:smart.example.test.evil.test"}, host).starts_with("name mismatch"));
    const std::string no_wildcard = " (sendmail takes no wildcard in a common name or within a label)";
    CHECK(why_not({.common = "*.example.test"}, host) ==
          "name mismatch: it is for CN=*.example.test, not for smart.example.test" + no_wildcard);
    CHECK(why_not({.alternative = "DNS:sm*.example.test"}, host).ends_with(no_wildcard));
    const std::string no_address = " (sendmail does not look at a certificate's addresses: name the relay)";
    CHECK(why_not({.alternative = "IP:127.0.0.1"}, "127.0.0.1") ==
          "name mismatch: it is for 127.0.0.1, CN=relay, not for 127.0.0.1" + no_address);
    CHECK(why_not({.alternative = "IP:2001:db8::1"}, "[IPv6:2001:db8::1]").ends_with(no_address));
    CHECK(why_not({.alternative = "DNS:*.0.0.1"}, "127.0.0.1").starts_with("name mismatch"));

    std::string many = "DNS:a0.test";
    for (int i = 1; i < 1000; ++i) {
        many += ",DNS:a" + std::to_string(i) + ".test";
    }
    CHECK(
        why_not({.alternative = many}, host) ==
        "name mismatch: it is for a0.test, a1.test, a2.test, a3.test, a4.test, a5.test, a6.test, a7.test and "
        "993 more, not for smart.example.test");
}

TEST_CASE("a name with a NUL inside is not cut there") {
    const Identity forged = identity({.common = "x"});
    X509_NAME* const name = ::X509_NAME_new();
    const std::string text = host + std::string(1, '\0') + ".evil.test";
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>(text.data()),
                                 static_cast<int>(text.size()), -1, 0);
    ::X509_set_subject_name(forged.certificate.get(), name);
    ::X509_NAME_free(name);
    CHECK(why_not_for(forged.certificate.get(), RelayHost(host)).starts_with("name mismatch"));
}

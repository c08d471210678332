// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/route_test.hpp"

#include "route_fixture.hpp"

using namespace mailstack;

namespace {

const Secret& secret() {
    static const Secret it{std::string(secret_text)};
    return it;
}

/// An authority, and a relay's certificate from it that is right.
struct Pki {
    TestAuthority authority{};
    Identity right = authority.issue({.alternative = "DNS:" + host});

    Manners manners() const {
        Manners usual;
        usual.identity = right;
        return usual;
    }
};

/// The failure with a relay of these manners, which hears no AUTH.
std::string refused(const Pki& pki, const Manners& manners, const std::string& tls = "verified") {
    ScriptedRelay relay(behaving(manners));
    const auto steps = steps_to(relay, pki.authority.anchors(), relay_to(host, relay.port(), tls), &secret());
    CHECK(relay.finish().find("AUTH") == std::string::npos);
    return failure(steps);
}

}  // namespace

TEST_CASE("a relay that is right: each step in its words, and nothing sent but what it takes to find out") {
    const Pki pki;
    Manners manners = pki.manners();
    manners.starttls += "250 smuggled\r\n";  // in clear behind the reply: not said within TLS
    ScriptedRelay relay(behaving(manners));
    const auto steps =
        steps_to(relay, pki.authority.anchors(), relay_to(host, relay.port(), "verified"), &secret());
    CHECK(outcomes(steps) == "resolve, connect, greeting, ehlo, starttls, verify, ehlo again, auth, quit");
    CHECK(words_of(steps, "resolve") == "127.0.0.1");
    CHECK(words_of(steps, "connect") == relay.address().text());
    CHECK(words_of(steps, "greeting") == "220 relay.test ESMTP ready");
    CHECK(words_of(steps, "ehlo") == "250 relay.test at your service, SIZE 1000, STARTTLS");
    CHECK(words_of(steps, "starttls") == "TLSv1.3, TLS_AES_256_GCM_SHA384");
    CHECK(words_of(steps, "verify") ==
          "verified: subject CN=relay, issuer CN=test authority, valid from 2020-01-02 03:04:05 UTC to "
          "2040-01-02 03:04:05 UTC");
    CHECK(words_of(steps, "ehlo again") == "250 relay.test again, AUTH LOGIN PLAIN");
    CHECK(words_of(steps, "auth") == "235 2.7.0 welcome");
    CHECK(words_of(steps, "quit") == "221 2.0.0 bye");
    // Base64 of alice NUL alice NUL Geheim-47/11+x
    CHECK(relay.finish() ==
          "C EHLO mail.example.test\r\nC STARTTLS\r\nT EHLO mail.example.test\r\n"
          "T AUTH PLAIN YWxpY2UAYWxpY2UAR2VoZWltLTQ3LzExK3g=\r\nT QUIT\r\n");
    CHECK(relay.server_name().empty());  // as sendmail
}

TEST_CASE("LOGIN where there is no PLAIN; a long secret only when it is asked for") {
    const Pki pki;
    Manners manners = pki.manners();
    manners.hello_within = "250-relay.test\r\n250-AUTH CRAM-MD5  login\r\n250 HELP\r\n";
    manners.answers = {"334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 ok\r\n"};
    ScriptedRelay login(behaving(manners));
    CHECK(failure(steps_to(login, pki.authority.anchors(), relay_to(host, login.port(), "verified"),
                           &secret())) == "it did not fail");
    CHECK(login.finish().find("T AUTH LOGIN\r\nT YWxpY2U=\r\nT R2VoZWltLTQ3LzExK3g=\r\nT QUIT") !=
          std::string::npos);

    manners = pki.manners();
    manners.answers = {"334 \r\n", "235 ok\r\n"};
    ScriptedRelay lengthy(behaving(manners));
    const Secret longest(std::string(Secret::longest, 'k'));
    CHECK(failure(steps_to(lengthy, pki.authority.anchors(), relay_to(host, lengthy.port(), "verified"),
                           &longest)) == "it did not fail");
    CHECK(lengthy.finish().find("T AUTH PLAIN\r\nT YWxpY2UAYWxpY2UAa2tr") != std::string::npos);
}

TEST_CASE("AUTH that fails is told in the relay's words, and the relay is left with QUIT") {
    const Pki pki;
    const auto answered = [&](const std::vector<std::string>& answers) {
        Manners manners = pki.manners();
        manners.answers = answers;
        ScriptedRelay relay(behaving(manners));
        const std::string words = failure(
            steps_to(relay, pki.authority.anchors(), relay_to(host, relay.port(), "verified"), &secret()));
        CHECK(relay.finish().ends_with("T QUIT\r\n"));
        return words;
    };
    CHECK(answered({"535 5.7.8 wrong\r\n"}) == "auth: 535 5.7.8 wrong");
    CHECK(answered({"534-5.7.9 use an\r\n534 5.7.9 application password\r\n"}) ==
          "auth: 534 5.7.9 use an 5.7.9 application password");
    CHECK(answered({"454 4.7.0 later\r\n"}) == "auth: 454 4.7.0 later");
    CHECK(answered({"334 more?\r\n"}) == "auth: 334 more?");
    CHECK(answered({"250 not what one says\r\n"}) == "auth: 250 not what one says");
}

TEST_CASE("a route without a user, without its secret, a relay without a mechanism") {
    const Pki pki;
    const auto with = [&](const Manners& manners, const std::string& user, const Secret* held) {
        ScriptedRelay relay(behaving(manners));
        auto steps =
            steps_to(relay, pki.authority.anchors(), relay_to(host, relay.port(), "verified", user), held);
        CHECK(relay.finish().find("AUTH") == std::string::npos);
        return steps;
    };
    const auto userless = with(pki.manners(), "", nullptr);
    CHECK(outcomes(userless) ==
          "resolve, connect, greeting, ehlo, starttls, verify, ehlo again, auth skipped, quit");
    CHECK(words_of(userless, "auth") == "the route has no user");
    CHECK(outcomes(with(pki.manners(), "", &secret())) == outcomes(userless));
    CHECK(failure(with(pki.manners(), "alice", nullptr)) ==
          "auth: the route has the user 'alice', but no secret was set");
    Manners manners = pki.manners();
    manners.hello_within = "250 relay.test\r\n";
    CHECK(failure(with(manners, "alice", &secret())) == "auth: the relay does not offer AUTH");
    manners.hello_within = "250-relay.test\r\n250 AUTH CRAM-MD5 XOAUTH2\r\n";
    CHECK(failure(with(manners, "alice", &secret())) ==
          "auth: the relay offers neither AUTH PLAIN nor LOGIN, but cram-md5, xoauth2");
}

TEST_CASE("in clear: no TLS where it is demanded, no password but to loopback") {
    const Pki pki;
    Manners manners = pki.manners();
    manners.hello = "250-relay.test\r\n250 AUTH PLAIN\r\n";
    CHECK(refused(pki, manners) ==
          "starttls: the relay does not offer STARTTLS, which tls 'verified' demands");
    CHECK(refused(pki, manners, "encrypted") ==
          "starttls: the relay does not offer STARTTLS, which tls 'encrypted' demands");
    CHECK(refused(pki, manners, "none") == "auth: the password is not sent in clear");

    ScriptedRelay relay(behaving(manners));
    const auto steps = steps_to(relay, {}, relay_to("127.0.0.1", relay.port(), "none"), &secret());
    CHECK(
        outcomes(steps) ==
        "resolve, connect, greeting, ehlo, starttls skipped, verify skipped, ehlo again skipped, auth, quit");
    CHECK(words_of(steps, "starttls") == "the relay does not offer STARTTLS: mail goes there in clear");
    CHECK(relay.finish().find("C AUTH PLAIN YWxp") != std::string::npos);
}

TEST_CASE("STARTTLS that is refused or fails") {
    const Pki pki;
    Manners manners = pki.manners();
    manners.starttls = "454 4.3.3 no TLS now\r\n";
    CHECK(refused(pki, manners) == "starttls: 454 4.3.3 no TLS now");
    CHECK(refused(pki, manners, "none") == "auth: the password is not sent in clear");
    manners.starttls = "220 go\r\n";
    manners.identity = {};
    manners.answers = {"this is no TLS at all\r\n"};
    ScriptedRelay babbling([](TestClient& client) {
        client.say("220 x\r\n");
        client.hear();
        client.say("250-x\r\n250 STARTTLS\r\n");
        client.hear();
        client.say("220 go\r\n");
        client.say("this is no TLS at all\r\n");
        client.hear();
    });
    CHECK(failure(steps_to(babbling, pki.authority.anchors(), relay_to(host, babbling.port(), "none", ""),
                           nullptr))
              .starts_with("starttls: the relay "));
}

TEST_CASE("an alias is refused where the certificate would not tell a forged one") {
    const Pki pki;
    const auto by = [&](const std::string& tls, const std::string& canonical) {
        ScriptedRelay relay(behaving(pki.manners()));
        return steps_to(relay, pki.authority.anchors(), relay_to(host, relay.port(), tls), &secret(), 10s,
                        canonical);
    };
    CHECK(
        failure(by("encrypted", "elsewhere.test")) ==
        "resolve: smart.example.test is an alias of elsewhere.test, and with tls \"encrypted\" only the name "
        "itself is taken: right would be tls \"verified\", or the host elsewhere.test");
    CHECK(failure(by("encrypted", host)) == "it did not fail");
    const auto verified = by("verified", "elsewhere.test");
    CHECK(failure(verified) == "it did not fail");
    CHECK(words_of(verified, "resolve") == "127.0.0.1 (smart.example.test is an alias of elsewhere.test)");
}

TEST_CASE("greeting and EHLO that refuse") {
    const Pki pki;
    Manners manners = pki.manners();
    manners.greeting = "554-go\r\n554 away\x1b[2J\r\n";
    CHECK(refused(pki, manners) == "greeting: 554 go away\\x1b[2J");
    manners = pki.manners();
    manners.hello = "502 \xe4h?\r\n";
    CHECK(refused(pki, manners) == "ehlo: 502 \\xe4h?");
    manners = pki.manners();
    manners.hello_within = "421 no more\r\n";
    CHECK(refused(pki, manners) == "ehlo again: 421 no more");
    manners = pki.manners();
    manners.quit = "";  // hangs up
    ScriptedRelay relay(behaving(manners));
    const auto steps =
        steps_to(relay, pki.authority.anchors(), relay_to(host, relay.port(), "verified"), &secret());
    CHECK(failure(steps) == "it did not fail");
    CHECK(words_of(steps, "quit") == "the relay does not answer");
}

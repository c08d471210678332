// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/route.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace mailstack;

TEST_CASE("ids") {
    for (const char* const right :
         {"home", "isp-2", "0", "direct", "local-only", "a2345678901234567890123456789012"}) {
        CHECK(RouteId(right).text() == right);
    }
    for (const char* const wrong :
         {"", "-a", "Home", "a b", "a/b", "..", "ü", "a23456789012345678901234567890123", "a\n"}) {
        CHECK_THROWS_WITH_AS(RouteId{wrong}, doctest::Contains("right would be"), Error);
    }
    CHECK(RouteId("direct").built_in());
    CHECK(RouteId("local-only").local_only());
    CHECK_FALSE(RouteId("home").built_in());
}

TEST_CASE("hosts: names and addresses, never anything that sendmail's rules or maps could read otherwise") {
    CHECK(RelayHost("Smart.Example.NET").text() == "smart.example.net");
    CHECK(RelayHost("smart.example.net").bracketed() == "[smart.example.net]");
    CHECK(RelayHost("192.0.2.1").text() == "[192.0.2.1]");
    CHECK(RelayHost("[192.0.2.1]").bracketed() == "[192.0.2.1]");
    CHECK(RelayHost("IPv6:2001:db8::1").text() == "[IPv6:2001:db8::1]");
    CHECK(RelayHost("127.9.9.9").loopback());
    CHECK(RelayHost("[IPv6:::1]").loopback());
    CHECK_FALSE(RelayHost("localhost").loopback());
    for (const char* const wrong :
         {"", "a b", "[smart.example.net]", "smart.example.net.", "a:b", "a]", "192.0.2", "192.0.2.999",
          "-a.b", "a..b", "$h", "a\tb", "smart.example.net:587", "IPv6:zz", "`a'"}) {
        CHECK_THROWS_AS(RelayHost{wrong}, Error);
    }
}

TEST_CASE("relays: no implicit TLS, no password in clear, no id that is built in") {
    const auto relay = make_relay("home", "smart.example.net", 587, "verified", "alice");
    CHECK(relay.port == 587);
    CHECK(relay.tls == RouteTls::Verified);
    CHECK(make_relay("lo", "127.0.0.1", 2525, "none", "alice").user == "alice");
    CHECK(make_relay("lan", "relay.example.net", 25, "none", "").tls == RouteTls::None);
    CHECK_THROWS_WITH_AS(make_relay("home", "a.example", 465, "verified", ""), doctest::Contains("587"),
                         Error);
    CHECK_THROWS_AS(make_relay("home", "a.example", 0, "verified", ""), Error);
    CHECK_THROWS_AS(make_relay("home", "a.example", 65536, "verified", ""), Error);
    CHECK_THROWS_WITH_AS(make_relay("home", "a.example", 25, "none", "alice"), doctest::Contains("in clear"),
                         Error);
    CHECK_THROWS_AS(make_relay("home", "a.example", 25, "tls", ""), Error);
    CHECK_THROWS_AS(make_relay("direct", "a.example", 25, "none", ""), Error);
    for (const char* const wrong : {"a b", "a\"b", "a\\b", "a\nb", "\xc3\xbc"}) {
        CHECK_THROWS_AS(make_relay("home", "a.example", 25, "verified", wrong), Error);
    }
}

TEST_CASE("senders: an address or a whole domain") {
    CHECK(RouteSender("Bob@Example.ORG").text() == "bob@example.org");
    CHECK(RouteSender("@example.org").text() == "@example.org");
    for (const char* const wrong :
         {"", "bob", "bob@", "@", ".", "a b@example.org", "<a@example.org>", "a@b@example.org",
          "tls:[a.example]", "a@[192.0.2.1]", "\"a\"@example.org", "bob@localhost"}) {
        CHECK_THROWS_AS(RouteSender{wrong}, Error);
    }
}

TEST_CASE("secrets: one line, wiped where they come from, never in an error") {
    std::string octets = "top secret\r\n";
    CHECK(Secret(std::move(octets)).octets() == "top secret");
    CHECK(octets.find("secret") ==
          std::string::npos);  // NOLINT(bugprone-use-after-move): it is wiped, not moved
    CHECK_THROWS_AS(Secret(std::string("")), Error);
    CHECK_THROWS_AS(Secret(std::string("\n")), Error);
    CHECK_THROWS_AS(Secret(std::string("a\nb")), Error);
    CHECK_THROWS_AS(Secret(std::string("a\0b", 3)), Error);
    CHECK_THROWS_AS(Secret(std::string(1025, 'x')), Error);
    CHECK(Secret(std::string("\xc3\xbc\"\\ ")).octets() == "\xc3\xbc\"\\ ");
}

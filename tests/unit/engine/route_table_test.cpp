// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/route_table.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace mailstack;

namespace {

constexpr const char* text =
    "# mine\n"
    "active: home\n"
    "return-to: direct\n"
    "seconds: 3600\n"
    "until: 1790000000\n"
    "boot: b\n"
    "boot-time: 77\n"
    "relays:\n"
    "  home: {host: smart.example.net, port: 587, tls: verified, user: alice, secret: "
    "home-0123abcdc2229213}\n"
    "  # the old one\n"
    "  lan:\n"
    "    host: \"[192.0.2.1]\"\n"
    "    port: 25\n"
    "    tls: none\n"
    "senders:\n"
    "  \"@Example.org\": lan\n"
    "  bob@example.org: direct\n"
    "retired:\n"
    "  old.example.net: {tls: encrypted, user: \"yes\", since: 5}\n"
    "  plain.example.net: {tls: encrypted, since: 5}\n";

std::string problem_of(const std::string& octets) {
    return RouteTable::parse(octets).problem().value_or("");
}

}  // namespace

TEST_CASE("routes as the file tells them, and the map's keys") {
    const auto table = RouteTable::parse(text);
    REQUIRE_FALSE(table.problem());
    const Routes& routes = table.routes();
    CHECK(routes.active.text() == "home");
    CHECK(routes.timed->return_to.direct());
    CHECK(routes.timed->boot_time == 77);
    CHECK(routes.relay(RouteId("lan"))->host.text() == "[192.0.2.1]");
    CHECK(table.line_of(RouteId("lan")) == 11);
    CHECK(table.line_of(RouteSender("@example.org")) == 16);
    std::map<std::string, std::string> pairs;
    table.each([&](std::string_view key, std::string_view value) { pairs.emplace(key, value); });
    CHECK(pairs == std::map<std::string, std::string>{{".", "relay587:[smart.example.net]"},
                                                      {"@example.org", "relay25:[192.0.2.1]"},
                                                      {"bob@example.org", "direct:direct"},
                                                      {"tls:[192.0.2.1]", "none"},
                                                      {"tls:[old.example.net]", "retired"},
                                                      {"tls:[plain.example.net]", "encrypted"},
                                                      {"tls:[smart.example.net]", "verified"}});
    REQUIRE(table.credentials().size() == 1);
    CHECK(table.credentials()[0].binding == "[smart.example.net] 587 verified alice");
    CHECK(credential_of(*routes.relay(RouteId("home"))) == table.credentials()[0]);
    CHECK_FALSE(credential_of(*routes.relay(RouteId("lan"))));
    // Whoever copies a line takes the secret's name along, not the secret.
    Relay copy = *routes.relay(RouteId("home"));
    copy.host = RelayHost("other.example.net");
    CHECK_FALSE(credential_of(copy));
    CHECK(RouteTable::parse("").count() == 0);
    CHECK(RouteTable::parse("active: local-only\n").value(".") == "hold:held");
}

TEST_CASE("only the lines of what is different are written") {
    const auto table = RouteTable::parse(text);
    Routes routes = table.routes();
    CHECK(table.with(routes).print() == text);
    routes.active = RouteId("lan");
    routes.timed.reset();
    routes.senders.erase(routes.senders.begin());
    const std::string after = table.with(routes).print();
    CHECK(after.starts_with("# mine\nactive: lan\nrelays:\n  home: {host"));
    CHECK(after.find("  # the old one\n  lan:\n    host: \"[192.0.2.1]\"\n") != std::string::npos);
    CHECK(after.find("senders:\n  bob@example.org: direct\n") != std::string::npos);
    const auto changed = table.keys_changed_to(RouteTable::parse(after));
    CHECK(std::vector<std::string>(changed) == std::vector<std::string>{".", "@example.org"});
    const auto fresh = RouteTable::parse("").with(routes);
    CHECK(fresh.routes() == routes);
}

TEST_CASE("what is wrong is told with its line, and then there is no route") {
    CHECK(problem_of("relays:\n  home: {host: a.example, port: 465, tls: none}\n")
              .starts_with("line 2: port 465"));
    CHECK(problem_of("relays:\n  home: {host: a.example, port: x, tls: none}\n").find("number") !=
          std::string::npos);
    CHECK(problem_of("relays:\n  home: {port: 25, tls: none}\n").find("\"host\"") != std::string::npos);
    CHECK(problem_of("relays:\n  home: {host: a.example, port: 25, tls: none, pass: x}\n")
              .find("unknown field") != std::string::npos);
    CHECK(problem_of("active: home\n").find("no relay") != std::string::npos);
    CHECK(problem_of("senders: {a@b.example: nowhere}\n").starts_with("line 1: "));
    CHECK(problem_of("activ: direct\n").find("unknown key") != std::string::npos);
    CHECK(problem_of("relays:\n  a: {host: h.example, port: 25, tls: verified, user: x}\n"
                     "  b: {host: H.example, port: 587, tls: verified, user: y}\n")
              .find("same host") != std::string::npos);
    CHECK(problem_of("relays:\n  a: {host: h.example, port: 25, tls: none, secret: ../../etc/shadow}\n")
              .find("no name of a secret") != std::string::npos);
    const auto broken = RouteTable::parse("active: home\nrelays: [\n");
    CHECK(broken.routes() == Routes{});
    CHECK(broken.count() == 0);
    CHECK_THROWS_WITH_AS(broken.with(Routes{}), doctest::Contains("line"), Error);
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/error.hpp"
#include "engine/relay_addresses.hpp"
#include "route_fixture.hpp"

using namespace mailstack;

namespace {

auto soon(std::chrono::milliseconds patience = 5s) {
    return std::chrono::steady_clock::now() + patience;
}

/// A port of loopback that nobody listens on.
std::uint16_t closed_port() {
    ScriptedRelay gone([](TestClient&) {});
    return gone.port();
}

std::vector<RouteStep> through(const std::vector<SocketAddress>& addresses, std::uint16_t port,
                               std::chrono::milliseconds patience = 5s) {
    const auto look_up = [&](const RelayHost&, std::uint16_t,
                             std::chrono::steady_clock::time_point) -> RelayAddresses {
        return {addresses, host};
    };
    return test_route(relay_to(host, port, "none", ""), nullptr, {}, "mail.example.test", soon(patience),
                      look_up);
}

}  // namespace

TEST_CASE("addresses are tried in turn, of either family") {
    Manners manners;
    manners.hello = "250 x\r\n";
    ScriptedRelay six(behaving(manners), AF_INET6);
    const auto steps = through({ScriptedRelay::loopback(AF_INET, six.port()), six.address()}, six.port());
    const std::string port = std::to_string(six.port());
    CHECK(failure(steps) == "it did not fail");
    CHECK(words_of(steps, "resolve") == "127.0.0.1, ::1");
    CHECK(words_of(steps, "connect") ==
          "[::1]:" + port + " (not 127.0.0.1:" + port + ": Connection refused)");

    const std::string closed = std::to_string(closed_port());
    const auto number = static_cast<std::uint16_t>(std::stoi(closed));
    CHECK(
        failure(through({ScriptedRelay::loopback(AF_INET, number), ScriptedRelay::loopback(AF_INET6, number)},
                        number)) == "connect: the relay does not let us connect: 127.0.0.1:" + closed +
                                        ": Connection refused, [::1]:" + closed + ": Connection refused");
}

TEST_CASE("an address that never answers leaves time for the next one") {
    // a queue of connections that is full: more are neither taken nor refused
    const Descriptor full(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    SocketAddress address = ScriptedRelay::loopback(AF_INET, 0);
    auto* const generic = reinterpret_cast<sockaddr*>(&address.storage);
    REQUIRE(::bind(full.get(), generic, address.size) == 0);
    REQUIRE(::listen(full.get(), 0) == 0);
    REQUIRE(::getsockname(full.get(), generic, &address.size) == 0);
    std::vector<Descriptor> waiting;
    for (int i = 0; i < 4; ++i) {
        waiting.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        ::connect(waiting.back().get(), generic, address.size);
    }
    Manners manners;
    manners.hello = "250 x\r\n";
    ScriptedRelay relay(behaving(manners));
    const auto steps = through({address, relay.address()}, relay.port(), 3s);
    CHECK(failure(steps) == "it did not fail");
    CHECK(words_of(steps, "connect") ==
          relay.address().text() + " (not " + address.text() + ": Connection timed out)");
    CHECK(failure(through({address}, 1, 100ms)) ==
          "connect: the relay does not let us connect: " + address.text() + ": Connection timed out");
}

TEST_CASE("a literal needs no resolver, a name has one; its failures are told, and end by the deadline") {
    const RelayAddresses four = relay_addresses(RelayHost("192.0.2.1"), 587, soon());
    REQUIRE(four.addresses.size() == 1);
    CHECK(four.addresses.front().text() == "192.0.2.1:587");
    CHECK(four.canonical.empty());
    const RelayAddresses six = relay_addresses(RelayHost("[IPv6:2001:db8::1]"), 25, soon());
    REQUIRE(six.addresses.size() == 1);
    CHECK(six.addresses.front().text() == "[2001:db8::1]:25");

    const RelayAddresses local = relay_addresses(RelayHost("LocalHost"), 25, soon());
    REQUIRE_FALSE(local.addresses.empty());
    CHECK(local.canonical == "localhost");

    const auto began = std::chrono::steady_clock::now();
    const auto steps = test_route(relay_to("no-such-relay.invalid", 25, "none", ""), nullptr, {},
                                  "mail.example.test", soon(500ms));
    CHECK(failure(steps).starts_with("resolve: no address of no-such-relay.invalid can be found: "));
    CHECK(std::chrono::steady_clock::now() - began < 3s);
    const auto late = test_route(relay_to("localhost", 25, "none", ""), nullptr, {}, "x", soon(-1s));
    CHECK(failure(late) ==
          "resolve: no address of localhost can be found: the resolver does not answer in time");
}

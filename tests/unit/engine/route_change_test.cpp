// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Routes through the whole transaction: the text, its map, the secrets, the rules in sendmail.mc, the proof.
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "engine/apply_route.hpp"
#include "engine/authorization.hpp"
#include "engine/secret_file.hpp"
#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

const std::string mc =
    "dnl mine\nFEATURE(`access_db')dnl\nFEATURE(`use_cw_file')dnl\nMAILER(`local')dnl\nMAILER(`smtp')dnl\n";
const std::string msroute = "/etc/mail/msroute.db";
const std::string msauth = "/etc/mailstack/authinfo.db";

Change add_relay(const char* id, const char* host = "smart.example.net", unsigned port = 587,
                 const char* tls = "verified", const char* user = "") {
    return AddRoute{make_relay(id, host, port, tls, user)};
}
Change activate(const char* id, std::uint64_t seconds = 0) {
    ActivateRoute change{.id = RouteId(id)};
    if (seconds != 0) {
        change.span = Span{.seconds = seconds, .until = 1000, .boot = "b", .boot_time = 100};
    }
    return change;
}
Change secret(const char* id, const char* octets) {
    return SetSecret{.id = RouteId(id),
                     .secret = std::make_shared<const Secret>(std::string(octets)),
                     .token = new_secret_token()};
}

Code code_of(Engine& engine, Change change) {
    const Result result = engine.run({std::move(change)}).answers[0];
    return std::holds_alternative<Error>(result) ? std::get<Error>(result).code() : Code::Internal;
}
std::string said(Engine& engine, Change change) {
    return failure(engine.run({std::move(change)}).answers[0]);
}
const Routes& routes_of(const Engine& engine) {
    return engine.now.configuration.routes.file.routes();
}

}  // namespace

TEST_CASE(
    "the first relay brings the rules into sendmail.mc by a reload; then a switch is one key of a map") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_relay("home")).empty());
    CHECK(engine.mta.calls ==
          std::vector<std::string>{"reload", "prove", "prove route direct", "prove route direct"});
    const std::string now = disk->read(mc_path).bytes;
    CHECK(now.find("include(`/etc/mailstack/m4/routes.m4')dnl\nMAILER(`local')") != std::string::npos);
    CHECK(now.ends_with("MAILER(`smtp')dnl\ninclude(`/etc/mailstack/m4/route-mailers.m4')dnl\n"));
    CHECK(pairs_in_map(*disk, msroute) == Pairs{{"tls:[smart.example.net]", "verified"}});
    CHECK(pairs_in_map(*disk, msauth).empty());

    engine.mta.calls.clear();
    REQUIRE(said(engine, activate("home")).empty());
    CHECK(engine.mta.calls == std::vector<std::string>{"prove route relay587:[smart.example.net]"});
    CHECK(pairs_in_map(*disk, msroute).at(".") == "relay587:[smart.example.net]");
    REQUIRE(said(engine, activate("local-only")).empty());
    CHECK(pairs_in_map(*disk, msroute).at(".") == "hold:held");
    REQUIRE(said(engine, activate("direct")).empty());
    CHECK_FALSE(pairs_in_map(*disk, msroute).contains("."));
    const auto generation = engine.now.generation;
    REQUIRE(said(engine, activate("direct")).empty());
    CHECK(engine.now.generation == generation);
    CHECK(Engine(*disk).now.configuration.routes.file.routes() == routes_of(engine));
}

TEST_CASE("a port that no mailer is declared for: declared by a reload before the map names it") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_relay("home")).empty());
    engine.mta.calls.clear();
    REQUIRE(said(engine, add_relay("odd", "odd.example.net", 10025)).empty());
    CHECK(engine.mta.calls.front() == "reload");
    CHECK(disk->read(mc_path).bytes.find("define(`confMAILSTACK_PORTS', `10025')") != std::string::npos);
    engine.mta.calls.clear();
    REQUIRE(said(engine, activate("odd")).empty());
    CHECK(engine.mta.calls == std::vector<std::string>{"prove route relay10025:[odd.example.net]"});
}

TEST_CASE("a proof that fails puts the former route back") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_relay("home")).empty());
    engine.mta.fails_at = "prove route relay587:[smart.example.net]";
    CHECK(said(engine, activate("home")).find("the old configuration is back") != std::string::npos);
    CHECK(routes_of(engine).active.direct());
    CHECK_FALSE(pairs_in_map(*disk, msroute).contains("."));
}

TEST_CASE(
    "secrets: needed before a relay is used, never in the text, the history or the stage; dropped with what "
    "they were for") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_relay("home", "smart.example.net", 587, "verified", "alice")).empty());
    CHECK(code_of(engine, activate("home")) == Code::NoSecret);
    CHECK(code_of(engine, AddSenderRoute{{RouteSender("@example.org"), RouteId("home")}}) == Code::NoSecret);
    REQUIRE(said(engine, secret("home", "first word")).empty());
    REQUIRE(said(engine, secret("home", "wonderland")).empty());
    CHECK(disk->names(layout.secrets()).size() == 1);
    CHECK(pairs_in_map(*disk, msauth) ==
          Pairs{{"[smart.example.net]",
                 "\"U:alice\" \"I:alice\" \"P=d29uZGVybGFuZA==\" \"M:PLAIN LOGIN XOAUTH2 OAUTHBEARER\""}});
    CHECK(disk->read(layout.routes()).bytes.find("d29uZGVy") == std::string::npos);
    CHECK(disk->read(layout.record()).bytes.find("d29uZGVy") == std::string::npos);
    CHECK(disk->names(layout.stage()).empty());
    REQUIRE(said(engine, activate("home")).empty());
    CHECK(code_of(engine, SetRoute{make_relay("home", "other.example.net", 587, "verified", "alice"), 10}) ==
          Code::RouteInUse);
    CHECK(code_of(engine, RemoveRoute{RouteId("home"), 10}) == Code::RouteInUse);
    REQUIRE(said(engine, activate("direct")).empty());
    REQUIRE(said(engine, SetRoute{make_relay("home", "other.example.net", 587, "verified", "alice"), 10})
                .empty());
    CHECK(disk->names(layout.secrets()).empty());
    CHECK(pairs_in_map(*disk, msauth).empty());
    CHECK(pairs_in_map(*disk, msroute) ==
          Pairs{{"tls:[other.example.net]", "retired"}, {"tls:[smart.example.net]", "retired"}});
    REQUIRE(said(engine, ExpireRoutes{.over = {}, .now = 10 + RetiredRelay::lasts}).empty());
    CHECK(pairs_in_map(*disk, msroute) == Pairs{{"tls:[other.example.net]", "retired"}});
}

TEST_CASE("a host edited by hand gets no password that was set for another") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_relay("home", "smart.example.net", 587, "verified", "alice")).empty());
    REQUIRE(said(engine, secret("home", "wonderland")).empty());
    std::string text = disk->read(layout.routes()).bytes;
    text.replace(text.find("smart.example.net"), 17, "evil.example.org");
    disk->put(layout.routes(), text);
    CHECK(code_of(engine, activate("home")) == Code::HandEdited);
    CHECK(code_of(engine, activate("local-only")) == Code::HandEdited);
    REQUIRE(said(engine, Reload{}).empty());
    CHECK(routes_of(engine).relays[0].host.text() == "evil.example.org");
    CHECK(pairs_in_map(*disk, msauth).empty());
    CHECK(pairs_in_map(*disk, msroute) == Pairs{{"tls:[evil.example.org]", "retired"}});
    disk->put(layout.routes(), "active: [\n");
    CHECK(code_of(engine, Reload{}) == Code::InvalidConfiguration);
    CHECK(code_of(engine, activate("direct")) == Code::InvalidConfiguration);
}

TEST_CASE(
    "a route for a time: the former returns, a manual switch cancels, a second time returns to the first") {
    Routes routes;
    routes.relays = {make_relay("home", "a.example", 587, "verified", ""),
                     make_relay("work", "b.example", 587, "verified", "")};
    const auto after = [](const Routes& before, const Change& change) {
        return changed_routes(before, change);
    };
    const Routes home = after(routes, activate("home", 60));
    CHECK(home.timed->return_to.direct());
    const Routes returned = after(home, ExpireRoutes{.over = home.timed, .now = 5});
    CHECK(returned.active.direct());
    CHECK_FALSE(returned.timed);
    const Routes work = after(home, activate("work", 30));
    CHECK(work.timed->return_to.direct());
    CHECK(after(work, ExpireRoutes{.over = home.timed, .now = 5}) == work);
    CHECK_FALSE(after(home, activate("home")).timed);
    CHECK_FALSE(after(home, activate("direct", 30)).timed);
    CHECK_THROWS_AS(after(home, RemoveRoute{RouteId("nowhere"), 0}), Error);
    CHECK_THROWS_AS(after(home, activate("home", 400ULL * 24 * 3600)), Error);
    const Routes timed_home = after(after(routes, activate("work")), activate("home", 30));
    CHECK_THROWS_AS(after(timed_home, RemoveRoute{RouteId("work"), 0}), Error);  // it returns
}

TEST_CASE("a time that is over is over, whatever was edited meanwhile: the whole text is published") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_relay("home")).empty());
    REQUIRE(said(engine, activate("local-only", 60)).empty());
    disk->put(layout.routes(), disk->read(layout.routes()).bytes + "senders:\n  bob@example.org: home\n");
    REQUIRE(said(engine, ExpireRoutes{.over = routes_of(engine).timed, .now = 5}).empty());
    CHECK(pairs_in_map(*disk, msroute) == Pairs{{"bob@example.org", "relay587:[smart.example.net]"},
                                                {"tls:[smart.example.net]", "verified"}});
    CHECK(drifted_paths(engine.now.configuration).empty());
}

TEST_CASE("SetRelay: makes, changes, or finds the relay, and activates it") {
    const auto set = [](const Routes& before, const char* host, unsigned port = 587) {
        return changed_routes(before,
                              SetRelay{.relay = make_relay("relay", host, port, "encrypted", ""), .now = 1});
    };
    const Routes one = set({}, "a.example");
    CHECK(one.active.text() == "relay");
    const Routes two = set(one, "b.example");
    CHECK(two.relays.size() == 1);
    CHECK(two.relays[0].host.text() == "b.example");
    CHECK(two.retired.size() == 1);
    Routes named;
    named.relays = {make_relay("isp", "a.example", 587, "encrypted", "")};
    CHECK(set(named, "a.example").active.text() == "isp");
    CHECK(set(two, "a.example").retired.size() == 1);
}

TEST_CASE(
    "relays with one host and two users, a smart host of the .mc, no .mc: refused, and nothing changes") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_relay("home", "a.example", 587, "verified", "alice")).empty());
    CHECK(code_of(engine, add_relay("two", "A.example", 25, "verified", "bob")) == Code::InvalidArgument);
    CHECK(code_of(engine, add_relay("two", "A.example", 25, "encrypted", "alice")) == Code::InvalidArgument);
    CHECK(code_of(engine, add_relay("home", "b.example")) == Code::AlreadyExists);
    CHECK(code_of(engine, SetRoute{make_relay("none", "b.example", 25, "none", ""), 0}) == Code::NoSuchRoute);
    CHECK(code_of(engine, activate("nowhere")) == Code::NoSuchRoute);
    CHECK(code_of(engine, secret("direct", "x")) == Code::InvalidArgument);
    CHECK(code_of(engine, RemoveSenderRoute{RouteSender("@example.org")}) == Code::NoSuchRoute);
    CHECK(routes_of(engine).relays.size() == 1);

    const auto bare = disk_with_tables("", "localhost\n");
    Engine without(*bare);
    CHECK(code_of(without, add_relay("home")) == Code::Unsupported);
    bare->put(mc_path, mc);
    bare->put(cf_path, cf_of(mc, mc_path) + "DSsmart.example.net\n");
    Engine smart(*bare);
    CHECK(said(smart, add_relay("home")).find("SMART_HOST") != std::string::npos);
}

TEST_CASE("rules are not added over hand edits that are not live, nor by whoever may only switch") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_domain("example.test")).empty());
    CHECK(required_actions(engine.now.configuration, activate("local-only"), [](const std::string&) {
              return false;
          }) == (just(Action::SwitchRoute) | just(Action::ManageRoutes)));
    disk->put("/etc/mail/local-host-names", disk->read("/etc/mail/local-host-names").bytes + "half.done\n");
    CHECK(code_of(engine, activate("local-only")) == Code::HandEdited);
    CHECK(disk->read(mc_path).bytes == mc);
    REQUIRE(said(engine, Reload{}).empty());
    REQUIRE(said(engine, activate("local-only")).empty());
    CHECK(required_actions(engine.now.configuration, activate("direct"),
                           [](const std::string&) { return false; }) == just(Action::SwitchRoute));
    // A map that is gone is made again by the same switch.
    disk->remove(msroute);
    REQUIRE(said(engine, activate("local-only")).empty());
    CHECK(pairs_in_map(*disk, msroute).at(".") == "hold:held");
}

TEST_CASE("a Reload of routes that cannot be read changes no map") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, activate("local-only")).empty());
    disk->put(layout.routes(), disk->read(layout.routes()).bytes + "broken: [\n");
    disk->put(msroute, disk->read(msroute).bytes);
    CHECK(code_of(engine, Reload{}) == Code::InvalidConfiguration);
    CHECK(pairs_in_map(*disk, msroute).at(".") == "hold:held");
}

TEST_CASE("senders of their own route") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_relay("home")).empty());
    REQUIRE(said(engine, AddSenderRoute{{RouteSender("Bob@Example.org"), RouteId("home")}}).empty());
    REQUIRE(said(engine, AddSenderRoute{{RouteSender("@example.org"), RouteId("local-only")}}).empty());
    CHECK(pairs_in_map(*disk, msroute).at("bob@example.org") == "relay587:[smart.example.net]");
    CHECK(pairs_in_map(*disk, msroute).at("@example.org") == "hold:held");
    CHECK(code_of(engine, RemoveRoute{RouteId("home"), 1}) == Code::RouteInUse);
    REQUIRE(said(engine, RemoveSenderRoute{RouteSender("bob@example.org")}).empty());
    CHECK_FALSE(pairs_in_map(*disk, msroute).contains("bob@example.org"));
    REQUIRE(said(engine, RemoveRoute{RouteId("home"), 1}).empty());
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Changes of routes: routes.yaml, the maps "msroute" and "msauth", secrets, and the rules in sendmail.mc.
#include <doctest/doctest.h>

#include "all_or_nothing.hpp"
#include "engine/secret_file.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

const std::string mc = "dnl mine\nFEATURE(`use_cw_file')dnl\nMAILER(`local')dnl\nMAILER(`smtp')dnl\n";
const std::string msroute = "/etc/mail/msroute.db", msauth = "/etc/mailstack/authinfo.db";
constexpr const char* word_one = "wonderland";
constexpr const char* word_two = "looking-glass";

Picture picture(ModelDisk& disk) {
    Picture all;
    for (const std::string& path : {layout.routes(), mc_path, cf_path}) {
        all[path] = text_or_empty(disk, path);
    }
    return all;
}

Pairs pairs_or_none(ModelDisk& disk, const std::string& map) {
    return disk.identity(map).exists() ? pairs_in_map(disk, map) : Pairs{};
}

/// Each map is what the text says, each named secret is there, and no password stands elsewhere.
void check_whole(ModelDisk& disk) {
    const RouteTable table = RouteTable::parse(text_or_empty(disk, layout.routes()));
    REQUIRE_FALSE(table.problem());
    Pairs routes;
    table.each([&](std::string_view key, std::string_view value) { routes.emplace(key, value); });
    REQUIRE(pairs_or_none(disk, msroute) == routes);
    std::size_t credentials = 0;
    for (const Credential& credential : table.credentials()) {
        REQUIRE(read_secret(layout.secrets(), disk, credential));
        REQUIRE(pairs_in_map(disk, msauth).contains(credential.host.bracketed()));
        ++credentials;
    }
    REQUIRE(pairs_or_none(disk, msauth).size() == credentials);
    for (const std::string& directory : {layout.stage(), layout.history(), layout.kept()}) {
        for (const std::string& name : disk.names(directory)) {
            const std::string bytes = text_or_empty(disk, directory + '/' + name);
            REQUIRE(bytes.find("d29uZGVybGFuZA") == std::string::npos);
        }
    }
    if (disk.identity(layout.record()).exists()) {
        REQUIRE(disk.read(layout.record()).bytes.find("d29uZGVybGFuZA") == std::string::npos);
    }
}

Change secret(const char* octets) {
    return SetSecret{.id = RouteId("home"),
                     .secret = std::make_shared<const Secret>(std::string(octets)),
                     .token = new_secret_token()};
}
Change relay(const char* host = "smart.example.net", const char* user = "alice") {
    return AddRoute{make_relay("home", host, 587, "verified", user)};
}
Change other_host() {
    return SetRoute{make_relay("home", "other.example.net", 10025, "verified", "alice"), 10};
}

/// Both ports that the scenarios use: a change that needs rules comes as two, and this is the first.
Change rules() {
    Routes routes;
    routes.relays = {make_relay("home", "smart.example.net", 587, "verified", ""),
                     make_relay("other", "other.example.net", 10025, "verified", "")};
    return AddRouteRules{routes};
}

struct Scenario {
    std::string name;
    std::vector<Change> before;
    Change change;
};

std::vector<Scenario> scenarios() {
    const Change to_home = ActivateRoute{.id = RouteId("home")};
    const Change for_an_hour =
        ActivateRoute{.id = RouteId("local-only"),
                      .span = Span{.seconds = 3600, .until = 5000, .boot = "b", .boot_time = 4000}};
    return {
        {"the rules", {}, rules()},
        {"the first relay", {rules()}, relay()},
        {"a secret", {rules(), relay()}, secret(word_one)},
        {"another secret", {rules(), relay(), secret(word_one)}, secret(word_two)},
        {"a switch", {rules(), relay(), secret(word_one)}, to_home},
        {"a switch for a time", {rules(), relay(), secret(word_one), to_home}, for_an_hour},
        {"another host and port", {rules(), relay(), secret(word_one)}, other_host()},
        {"removal", {rules(), relay(), secret(word_one)}, RemoveRoute{RouteId("home"), 10}},
        {"a sender's route",
         {rules(), relay(), secret(word_one)},
         AddSenderRoute{{RouteSender("@example.org"), RouteId("home")}}},
    };
}

std::unique_ptr<ModelDisk> prepared(const Scenario& scenario) {
    auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(failure(engine.run({add("zero", {"alice"})}).answers[0]).empty());
    for (const Change& change : scenario.before) {
        REQUIRE(failure(engine.run({change}).answers[0]).empty());
    }
    disk->settle();
    return disk;
}

Subject subject(const Scenario& scenario) {
    return {.prepared = [&scenario] { return prepared(scenario); },
            .change = scenario.change,
            .picture = picture,
            .check_whole = check_whole};
}

}  // namespace

TEST_CASE("routes: every crash state of a change is all of it or nothing, and no password stands elsewhere") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.name);
        CHECK(crash_everywhere(subject(scenario)) > 20);
    }
}

TEST_CASE(
    "routes: a failing disk at every operation of a change: a clear error, and all of it is as before") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.name);
        CHECK(fail_everywhere(subject(scenario)) > 0);
    }
}

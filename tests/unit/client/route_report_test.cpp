// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "route_report.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace mailstack::client;

namespace {

constexpr std::uint64_t now = 1763805600;  // 2025-11-22 10:00:00 UTC

std::vector<Route> routes() {
    return {
        {.id = "work", .kind = "relay", .host = "[192.0.2.1]", .port = 25, .tls = "encrypted", .user = "bob"},
        {.id = "local-only", .kind = "local-only"},
        {.id = "home",
         .kind = "relay",
         .host = "smart.example.net",
         .port = 587,
         .tls = "verified",
         .user = "alice",
         .has_secret = true,
         .active = true},
        {.id = "direct", .kind = "direct"},
        {.id = "open", .kind = "relay", .host = "relay.example", .port = 2525, .tls = "none"}};
}

RouteList list() {
    RouteList made{
        {"home", now + 5400, "direct"}, routes(), {{"@example.org", "work"}, {"bob@example.net", "direct"}}};
    sort_routes(made.routes);
    return made;
}

}  // namespace

TEST_CASE("the list of routes for people") {
    setenv("TZ", "UTC0", 1);
    CHECK(to_text(list(), now) ==
          "  ROUTE       LEADS TO                                TLS        USER\n"
          "  direct      each domain's own mail exchanger\n"
          "  local-only  nowhere: mail for elsewhere waits here\n"
          "* home        smart.example.net:587                   verified   alice\n"
          "  open        relay.example:2525                      none\n"
          "  work        [192.0.2.1]:25                          encrypted  bob (no secret yet)\n"
          "\n"
          "Active: home, until 11:30, then direct\n"
          "\n"
          "Senders with a route of their own:\n"
          "  @example.org     work\n"
          "  bob@example.net  direct\n");
    auto plain = list();
    plain.active = {"direct"};
    plain.senders.clear();
    CHECK(to_text(plain, now).ends_with("\n\nActive: direct\n"));
    unsetenv("TZ");
}

TEST_CASE("the list of routes as JSON has what the manual says") {
    CHECK(
        line_of(to_json(list())) ==
        R"({"active":"home","until":1763811000,"return_to":"direct","routes":[)"
        R"({"id":"direct","kind":"direct","active":false},{"id":"local-only","kind":"local-only","active":false},)"
        R"({"id":"home","kind":"relay","active":true,"host":"smart.example.net","port":587,"tls":"verified","user":"alice","has_secret":true},)"
        R"({"id":"open","kind":"relay","active":false,"host":"relay.example","port":2525,"tls":"none","user":"","has_secret":false},)"
        R"({"id":"work","kind":"relay","active":false,"host":"[192.0.2.1]","port":25,"tls":"encrypted","user":"bob","has_secret":false}],)"
        R"("senders":[{"sender":"@example.org","route":"work"},{"sender":"bob@example.net","route":"direct"}]})"
        "\n");
    CHECK(line_of(to_json(ActiveRoute{"direct"})) ==
          "{\"active\":\"direct\",\"until\":null,\"return_to\":null}\n");
}

TEST_CASE("a route is found by its id") {
    const auto all = routes();
    REQUIRE(find_route(all, "home") != nullptr);
    CHECK(find_route(all, "home")->user == "alice");
    CHECK(find_route(all, "hom") == nullptr);
}

TEST_CASE("a switch tells until when, how many queued messages it concerns, and whether they are tried") {
    setenv("TZ", "UTC0", 1);
    Switch made{.active = {"home", now + 86400, "direct"}, .generation = 12, .queued = 1234, .flushed = true};
    CHECK(to_text(made, now) ==
          "home: live as generation 12, until 2025-11-23 10:00, then direct\n"
          "1,234 messages in the queue go by it at the next attempt.\n"
          "The queue is being run.\n");
    made.queued = 1;
    made.flushed = false;
    made.active = {"home"};
    CHECK(to_text(made, now) ==
          "home: live as generation 12\n"
          "1 message in the queue goes by it at the next attempt.\n");
    made.queued = 0;
    CHECK(to_text(made, now).ends_with("No message for elsewhere waits in the queue.\n"));
    made.queued.reset();
    CHECK(to_text(made, now) == "home: live as generation 12\n");
    made.queued = 2;
    made.active = {"local-only"};
    CHECK(to_text(made, now).ends_with("2 messages in the queue stay there.\n"));
    unsetenv("TZ");
}

TEST_CASE("a switch as JSON; what is not known is null, a test stands there where one was made") {
    Switch made{.active = {"home"}, .generation = 12, .queued = 3};
    CHECK(line_of(to_json(made)) ==
          R"({"route":"home","generation":12,"live":true,"until":null,"queued":3,"flushed":false})"
          "\n");
    made.active = {"home", 1763811000, "direct"};
    made.queued.reset();
    made.test = {{"connect", "ok", "220 ready"}};
    CHECK(line_of(to_json(made)) ==
          R"({"route":"home","generation":12,"live":true,"until":1763811000,"queued":null,"flushed":false,)"
          R"("test":[{"step":"connect","outcome":"ok","words":"220 ready"}]})"
          "\n");
    made.test = std::vector<TestStep>{};
    CHECK(to_json(made)["test"] == Json::array());
}

TEST_CASE("the steps of a test; a relay's words cannot steer the terminal") {
    const std::vector<TestStep> steps{
        {"connect", "ok", "220 hi \x1b[2J"}, {"verify", "failed", "expired"}, {"auth", "skipped", ""}};
    CHECK(to_text(steps) ==
          "connect  ok       220 hi \\x1b[2J\n"
          "verify   failed   expired\n"
          "auth     skipped\n");
    REQUIRE(failed_step(steps) != nullptr);
    CHECK(failed_step(steps)->step == "verify");
    CHECK(failed_step({{"connect", "ok", ""}, {"auth", "skipped", ""}}) == nullptr);
}

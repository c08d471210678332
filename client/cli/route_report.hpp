// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What the verbs of `relay` print, made from plain values. Nothing here knows the bus.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "format.hpp"

namespace mailstack::client {

/// As org.mailstack1.Route's properties, org.mailstack1(5).
struct Route {
    std::string id;
    std::string kind;  ///< "direct", "local-only" or "relay"; the members below are a relay's
    std::string host{};
    std::uint16_t port = 0;
    std::string tls{};
    std::string user{};
    bool has_secret = false;
    bool active = false;
};

struct SenderRoute {
    std::string sender;  ///< "bob@example.org" or "@example.org"
    std::string route;
};

struct RouteList {
    ActiveRoute active;
    std::vector<Route> routes;
    std::vector<SenderRoute> senders;
};

struct TestStep {
    std::string step;
    std::string outcome;  ///< "ok", "failed" or "skipped"
    std::string words;
};

struct Switch {
    ActiveRoute active;
    std::uint64_t generation = 0;
    std::optional<std::uint32_t> queued{};  ///< none where it could not be told
    bool flushed = false;
    std::optional<std::vector<TestStep>> test{};  ///< none where no test was asked for
};

/// direct, local-only, then the relays by id.
void sort_routes(std::vector<Route>& routes);

/// The route of this id, or nullptr.
const Route* find_route(const std::vector<Route>& routes, const std::string& id);

/// The first step that failed, or nullptr.
const TestStep* failed_step(const std::vector<TestStep>& steps);

/// {"active":...,"until":...,"return_to":...}, the latter two null where it is for good.
Json to_json(const ActiveRoute& active);
Json to_json(const Route& route);
Json to_json(const SenderRoute& sender);
Json to_json(const RouteList& list);
Json to_json(const std::vector<TestStep>& steps);
Json to_json(const Switch& made);

/// "home, until 14:05, then direct". `now` is the present, in seconds since the epoch.
std::string to_text(const ActiveRoute& active, std::uint64_t now);
std::string to_text(const RouteList& list, std::uint64_t now);
/// A sender and its route a line.
std::string to_text(const std::vector<SenderRoute>& senders);
/// A line for each step.
std::string to_text(const std::vector<TestStep>& steps);
std::string to_text(const Switch& made, std::uint64_t now);

}  // namespace mailstack::client

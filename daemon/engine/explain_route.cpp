// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/explain_route.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

constexpr std::string_view default_key = ".";

std::string place_in(const RouteSource& source, std::size_t line) {
    return line == 0 ? source.text_path : source.text_path + ":" + std::to_string(line);
}

std::string described(const Routes& routes, const RouteId& id) {
    if (id.direct()) {
        return "direct: to the recipient's own mail exchanger";
    }
    if (id.local_only()) {
        return "local-only: mail for elsewhere waits in the queue";
    }
    const Relay& relay = *routes.relay(id);
    return id.text() + ": the relay " + relay.host.text() + " port " + std::to_string(relay.port) + ", TLS " +
           std::string(word(relay.tls)) + (relay.user.empty() ? "" : ", as " + relay.user);
}

std::string until(const Routes& routes) {
    return routes.timed ? ", for a time; then " + routes.timed->return_to.text() : "";
}

/// What the map says where the text says something else.
std::string staleness(const Routes& routes, const RouteId& id, const MapLookedUp& lookup) {
    const std::string told = lookup.value.value_or("direct:direct");
    return told == map_value(routes, id) ? "" : " (the map says " + quoted(told) + ": the text is not live)";
}

}  // namespace

std::vector<ExplainStep> route_steps(const RouteSource& source, const MapLookedUp& lookup) {
    const Routes& routes = source.file.routes();
    std::vector<ExplainStep> steps;
    const auto own = std::find_if(routes.senders.begin(), routes.senders.end(), [&](const SenderRoute& one) {
        return one.sender.text() == fold_case(lookup.key);
    });
    if (lookup.key == default_key) {
        steps.push_back({"route",
                         "the active route is " + described(routes, routes.active) + until(routes) +
                             staleness(routes, routes.active, lookup),
                         place_in(source, source.file.line_of(routes.active))});
    } else if (lookup.value && own != routes.senders.end()) {
        steps.push_back({"route",
                         "mail from " + own->sender.text() + " leaves by " + described(routes, own->route) +
                             staleness(routes, own->route, lookup),
                         place_in(source, source.file.line_of(own->sender))});
    } else if (lookup.value) {
        steps.push_back({"route", lookup.key + " -> " + *lookup.value + " (that is in the map alone)",
                         place_in(source, 0)});
    }
    for (const SenderRoute& one : routes.senders) {
        if (lookup.key == default_key) {
            steps.push_back({"route", "but mail from " + one.sender.text() + " leaves by " + one.route.text(),
                             place_in(source, source.file.line_of(one.sender))});
        }
    }
    return steps;
}

}  // namespace mailstack

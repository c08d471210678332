// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `relay list`, `relay test` and `relay sender list`.

#include <iostream>

#include "duration.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "relay.hpp"

namespace mailstack::client {
namespace {

constexpr const char* route_interface = "org.mailstack1.Route";

Route route_of(const std::map<std::string, sdbus::Variant>& properties) {
    return {.id = properties.at("Id").get<std::string>(),
            .kind = properties.at("Kind").get<std::string>(),
            .host = properties.at("Host").get<std::string>(),
            .port = properties.at("Port").get<std::uint16_t>(),
            .tls = properties.at("Tls").get<std::string>(),
            .user = properties.at("User").get<std::string>(),
            .has_secret = properties.at("HasSecret").get<bool>(),
            .active = properties.at("Active").get<bool>()};
}

std::vector<SenderRoute> senders_of(Daemon& daemon) {
    std::vector<SenderRoute> senders;
    for (const auto& sender : daemon.ListSenderRoutes()) {
        senders.push_back({sender.get<0>(), sender.get<1>()});
    }
    return senders;
}

}  // namespace

std::vector<Route> routes_of(Daemon& daemon) {
    std::vector<Route> routes;
    for (const auto& [path, interfaces] : daemon.managed_objects()) {
        if (const auto route = interfaces.find(route_interface); route != interfaces.end()) {
            routes.push_back(route_of(route->second));
        }
    }
    sort_routes(routes);
    return routes;
}

ActiveRoute active_route_of(Daemon& daemon) {
    return {.id = daemon.Active(), .until = daemon.ActiveUntil(), .return_to = daemon.ReturnTo()};
}

std::vector<TestStep> tested(Daemon& daemon, const std::string& id) {
    if (id == "direct" || id == "local-only") {
        return {};  // TestRoute refuses them
    }
    const WaitingNote note("the test");
    std::vector<TestStep> steps;
    for (const auto& step : daemon.TestRoute(id)) {
        steps.push_back({step.get<0>(), step.get<1>(), step.get<2>()});
    }
    return steps;
}

ExitStatus list_routes(const Options& options, bool ids_only) {
    const auto session = open_session(options);
    auto& daemon = *session.daemon;
    const auto routes = routes_of(daemon);
    if (ids_only && !options.json) {
        for (const auto& route : routes) {
            std::cout << printable(route.id) << '\n';
        }
        return ExitStatus::Done;
    }
    const RouteList list{active_route_of(daemon), routes, senders_of(daemon)};
    std::cout << (options.json ? line_of(to_json(list)) : to_text(list, seconds_now()));
    return ExitStatus::Done;
}

ExitStatus test_route(const Options& options, const std::string& id) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    const auto steps = tested(*session.daemon, id);
    const auto* failed = failed_step(steps);
    if (options.json) {
        std::cout << line_of({{"route", id}, {"ok", failed == nullptr}, {"steps", to_json(steps)}});
    } else {
        std::cout << to_text(steps) << printable(id)
                  << (steps.empty()       ? ": there is nothing to test\n"
                      : failed == nullptr ? ": the test passed\n"
                                          : ": the test failed at '" + printable(failed->step) + "'\n");
    }
    return failed == nullptr ? ExitStatus::Done : ExitStatus::Failed;
}

ExitStatus list_senders(const Options& options, bool senders_only) {
    const auto session = open_session(options);
    const auto senders = senders_of(*session.daemon);
    if (options.json) {
        auto json = Json::array();
        for (const auto& sender : senders) {
            json.push_back(to_json(sender));
        }
        std::cout << line_of(json);
    } else if (senders_only) {
        for (const auto& sender : senders) {
            std::cout << printable(sender.sender) << '\n';
        }
    } else {
        std::cout << to_text(senders);
    }
    return ExitStatus::Done;
}

}  // namespace mailstack::client

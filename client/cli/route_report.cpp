// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "route_report.hpp"

#include <algorithm>
#include <tuple>

#include "duration.hpp"

namespace mailstack::client {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Relays come last.
int rank(const Route& route) {
    return route.kind == "direct" ? 0 : route.kind == "local-only" ? 1 : 2;
}

std::string leads_to(const Route& route) {
    if (route.kind == "direct") {
        return "each domain's own mail exchanger";
    }
    return route.kind == "local-only" ? "nowhere: mail for elsewhere waits here"
                                      : printable(route.host) + ":" + std::to_string(route.port);
}

std::vector<std::string> row_of(const Route& route) {
    std::vector<std::string> row{(route.active ? "* " : "  ") + printable(route.id), leads_to(route)};
    if (route.kind == "relay") {
        row.push_back(route.tls);
        if (!route.user.empty()) {
            row.push_back(printable(route.user) + (route.has_secret ? "" : " (no secret yet)"));
        }
    }
    return row;
}

/// ", until 14:05, then direct", or "" where it is for good.
std::string until_words(const ActiveRoute& active, std::uint64_t now) {
    return active.until == 0
               ? ""
               : ", until " + local_time(active.until, now) + ", then " + printable(active.return_to);
}

std::string queued_line(std::uint32_t queued, bool stays) {
    if (queued == 0) {
        return "No message for elsewhere waits in the queue.\n";
    }
    const bool one = queued == 1;
    return grouped(queued) + (one ? " message in the queue " : " messages in the queue ") +
           (stays ? (one ? "stays there" : "stay there")
                  : (one ? "goes by it at the next attempt" : "go by it at the next attempt")) +
           ".\n";
}

}  // namespace

void sort_routes(std::vector<Route>& routes) {
    std::ranges::sort(routes, {}, [](const Route& route) { return std::tuple(rank(route), route.id); });
}

const Route* find_route(const std::vector<Route>& routes, const std::string& id) {
    const auto found = std::ranges::find(routes, id, &Route::id);
    return found == routes.end() ? nullptr : &*found;
}

const TestStep* failed_step(const std::vector<TestStep>& steps) {
    const auto found = std::ranges::find(steps, "failed", &TestStep::outcome);
    return found == steps.end() ? nullptr : &*found;
}

Json to_json(const ActiveRoute& active) {
    Json json{{"active", active.id}, {"until", nullptr}, {"return_to", nullptr}};
    if (active.until != 0) {
        json["until"] = active.until;
        json["return_to"] = active.return_to;
    }
    return json;
}

Json to_json(const Route& route) {
    Json json{{"id", route.id}, {"kind", route.kind}, {"active", route.active}};
    if (route.kind == "relay") {
        json.update({{"host", route.host},
                     {"port", route.port},
                     {"tls", route.tls},
                     {"user", route.user},
                     {"has_secret", route.has_secret}});
    }
    return json;
}

Json to_json(const SenderRoute& sender) {
    return {{"sender", sender.sender}, {"route", sender.route}};
}

Json to_json(const RouteList& list) {
    auto json = to_json(list.active);
    json["routes"] = Json::array();
    for (const auto& route : list.routes) {
        json["routes"].push_back(to_json(route));
    }
    json["senders"] = Json::array();
    for (const auto& sender : list.senders) {
        json["senders"].push_back(to_json(sender));
    }
    return json;
}

Json to_json(const std::vector<TestStep>& steps) {
    auto json = Json::array();
    for (const auto& step : steps) {
        json.push_back({{"step", step.step}, {"outcome", step.outcome}, {"words", step.words}});
    }
    return json;
}

Json to_json(const Switch& made) {
    Json json{{"route", made.active.id}, {"generation", made.generation}, {"live", true}};
    json["until"] = to_json(made.active)["until"];
    json["queued"] = made.queued ? Json(*made.queued) : Json(nullptr);
    json["flushed"] = made.flushed;
    if (made.test) {
        json["test"] = to_json(*made.test);
    }
    return json;
}

std::string to_text(const ActiveRoute& active, std::uint64_t now) {
    return printable(active.id) + until_words(active, now);
}

std::string to_text(const RouteList& list, std::uint64_t now) {
    Rows rows{{"  ROUTE", "LEADS TO", "TLS", "USER"}};
    for (const auto& route : list.routes) {
        rows.push_back(row_of(route));
    }
    auto text = to_table(rows) + "\nActive: " + to_text(list.active, now) + "\n";
    if (!list.senders.empty()) {
        text += "\nSenders with a route of their own:\n";
        Rows senders;
        for (const auto& sender : list.senders) {
            senders.push_back({"  " + printable(sender.sender), printable(sender.route)});
        }
        text += to_table(senders);
    }
    return text;
}

std::string to_text(const std::vector<SenderRoute>& senders) {
    Rows rows{{"SENDER", "ROUTE"}};
    for (const auto& sender : senders) {
        rows.push_back({printable(sender.sender), printable(sender.route)});
    }
    return to_table(rows);
}

std::string to_text(const std::vector<TestStep>& steps) {
    Rows rows;
    for (const auto& step : steps) {
        rows.push_back({printable(step.step), printable(step.outcome)});
        if (!step.words.empty()) {
            rows.back().push_back(printable(step.words));
        }
    }
    return to_table(rows);
}

std::string to_text(const Switch& made, std::uint64_t now) {
    return printable(made.active.id) + ": live as generation " + std::to_string(made.generation) +
           until_words(made.active, now) + "\n" +
           (made.queued ? queued_line(*made.queued, made.active.id == "local-only") : "") +
           (made.flushed ? "The queue is being run.\n" : "");
}

}  // namespace mailstack::client

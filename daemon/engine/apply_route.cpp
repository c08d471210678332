// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/apply_route.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "engine/route_rules.hpp"
#include "engine/secret_file.hpp"

namespace mailstack {
namespace {

constexpr std::size_t most_relays = 100;
constexpr std::size_t most_senders = 1000;
constexpr std::uint64_t longest_span = 366ULL * 24 * 3600;

[[noreturn]] void no_such(const RouteId& id) {
    throw Error(Code::NoSuchRoute,
                "there is no route " + quoted(id.text()) +
                    "; GetManagedObjects (mailstackctl relay list) tells those that exist");
}

template <typename SomeRoutes>
auto& relay_at(SomeRoutes& routes, const RouteId& id) {
    auto* const relay = routes.relay(id);
    if (relay == nullptr) {
        no_such(id);
    }
    return *relay;
}

/// A relay that asks for AUTH would refuse each message, and sendmail would bounce it.
void require_usable(const Routes& routes, const RouteId& id) {
    if (id.built_in()) {
        return;
    }
    if (const Relay& relay = relay_at(routes, id); lacks_secret(relay)) {
        throw Error(Code::NoSecret, "the route " + quoted(id.text()) + " has the user " + quoted(relay.user) +
                                        " but no secret: SetSecret (mailstackctl relay secret " + id.text() +
                                        ") sets it");
    }
}

/// What is retired for long enough goes; what a relay has again is none.
void forget_retired(Routes& routes, std::int64_t now) {
    std::erase_if(routes.retired, [&](const RetiredRelay& one) {
        return one.since + RetiredRelay::lasts <= now ||
               std::any_of(routes.relays.begin(), routes.relays.end(),
                           [&](const Relay& other) { return other.host == one.host; });
    });
}

void retire(Routes& routes, const Relay& relay, std::int64_t now) {
    std::erase_if(routes.retired, [&](const RetiredRelay& one) { return one.host == relay.host; });
    if (relay.tls != RouteTls::None || !relay.user.empty()) {
        routes.retired.push_back(
            {.host = relay.host, .tls = relay.tls, .user = !relay.user.empty(), .since = now});
    }
    constexpr std::size_t most_retired = 200;
    if (routes.retired.size() > most_retired) {
        routes.retired.erase(routes.retired.begin());
    }
    forget_retired(routes, now);
}

bool same_but_secret(Relay one, const Relay& other) {
    one.secret = other.secret;
    return one == other;
}

void add(Routes& routes, const Relay& relay) {
    if (routes.relays.size() >= most_relays) {
        throw Error(Code::LimitExceeded, "there are " + std::to_string(most_relays) + " relays already");
    }
    routes.relays.push_back(relay);
    std::erase_if(routes.retired, [&](const RetiredRelay& one) { return one.host == relay.host; });
}

/// The secret was given for the host, port, TLS demand and user that were: it goes with any of them.
void replace(Routes& routes, const Relay& wanted, std::int64_t now) {
    Relay& relay = relay_at(routes, wanted.id);
    if (same_but_secret(wanted, relay)) {
        return;
    }
    if (!wanted.user.empty() && routes.in_use(wanted.id)) {
        throw Error(
            Code::RouteInUse,
            "mail leaves by the route " + quoted(wanted.id.text()) +
                ", and with another host, port, TLS demand or user its secret is dropped: mail would be "
                "refused. Activate another route first, or add a new one and switch to it");
    }
    const Relay was = relay;
    relay = wanted;
    retire(routes, was, now);
}

struct ChangeRoutes {
    Routes routes;

    /// SetRelay is about all mail: a sender's own route is not changed by the way.
    void require_no_sender(const RouteId& id) const {
        for (const SenderRoute& one : routes.senders) {
            if (one.route == id) {
                throw Error(Code::RouteInUse, "the route " + quoted(id.text()) + " serves the sender " +
                                                  one.sender.text() + " too: use AddRoute and ActivateRoute");
            }
        }
    }

    Routes operator()(const AddRoute& change) {
        if (const Relay* const present = routes.relay(change.relay.id)) {
            if (same_but_secret(change.relay, *present)) {
                return routes;
            }
            throw Error(Code::AlreadyExists, "the route " + quoted(change.relay.id.text()) + " exists, to " +
                                                 present->host.text() + " port " +
                                                 std::to_string(present->port) +
                                                 "; to change it use SetRoute");
        }
        add(routes, change.relay);
        return routes;
    }
    Routes operator()(const SetRoute& change) {
        replace(routes, change.relay, change.now);
        return routes;
    }
    Routes operator()(const SetRelay& change) {
        const auto same = std::find_if(routes.relays.begin(), routes.relays.end(), [&](const Relay& relay) {
            return relay.host == change.relay.host && relay.port == change.relay.port &&
                   relay.tls == change.relay.tls;
        });
        RouteId id = change.relay.id;
        if (same != routes.relays.end()) {
            id = same->id;
        } else if (routes.relay(id) != nullptr) {
            require_no_sender(id);
            replace(routes, change.relay, change.now);
        } else {
            add(routes, change.relay);
        }
        return (*this)(ActivateRoute{.id = id});
    }
    Routes operator()(const RemoveRoute& change) {
        if (change.id.built_in()) {
            throw Error(Code::InvalidArgument,
                        "the route " + quoted(change.id.text()) + " is built in and cannot be removed");
        }
        const Relay was = relay_at(routes, change.id);
        if (routes.in_use(change.id)) {
            throw Error(Code::RouteInUse, "the route " + quoted(change.id.text()) +
                                              " is active, will be again, or is a sender's: first activate "
                                              "another one (ActivateRoute), or take it from its senders "
                                              "(RemoveSenderRoute)");
        }
        std::erase_if(routes.relays, [&](const Relay& relay) { return relay.id == change.id; });
        retire(routes, was, change.now);
        return routes;
    }
    Routes operator()(const SetSecret& change) {
        if (change.id.built_in()) {
            throw Error(Code::InvalidArgument, "the route " + quoted(change.id.text()) + " has no secret");
        }
        Relay& relay = relay_at(routes, change.id);
        if (relay.user.empty()) {
            throw Error(Code::InvalidArgument,
                        "the route " + quoted(change.id.text()) +
                            " has no user whom a secret could belong to: SetRoute sets one");
        }
        relay.secret = secret_file_name(relay, change.token);
        return routes;
    }
    Routes operator()(const ActivateRoute& change) {
        require_usable(routes, change.id);
        const RouteId base = routes.timed ? routes.timed->return_to : routes.active;
        routes.timed.reset();
        routes.active = change.id;
        if (!change.span || change.id == base) {
            return routes;
        }
        if (change.span->seconds > longest_span) {
            throw Error(Code::LimitExceeded, "a route can be active for a time of at most 366 days, not " +
                                                 std::to_string(change.span->seconds) +
                                                 " seconds; 0 means for good");
        }
        routes.timed = TimedReturn{.return_to = base,
                                   .seconds = change.span->seconds,
                                   .until = change.span->until,
                                   .boot = change.span->boot,
                                   .boot_time = change.span->boot_time};
        return routes;
    }
    Routes operator()(const ExpireRoutes& change) {
        if (change.over && routes.timed == change.over) {
            routes.active = routes.timed->return_to;
            routes.timed.reset();
        }
        forget_retired(routes, change.now);
        return routes;
    }
    Routes operator()(const AddSenderRoute& change) {
        require_usable(routes, change.route.route);
        std::erase_if(routes.senders,
                      [&](const SenderRoute& one) { return one.sender == change.route.sender; });
        if (routes.senders.size() >= most_senders) {
            throw Error(Code::LimitExceeded,
                        std::to_string(most_senders) + " senders have a route of their own already");
        }
        routes.senders.push_back(change.route);
        return routes;
    }
    Routes operator()(const RemoveSenderRoute& change) {
        const auto removed = std::erase_if(
            routes.senders, [&](const SenderRoute& one) { return one.sender == change.sender; });
        if (removed == 0) {
            throw Error(Code::NoSuchRoute,
                        "the sender " + quoted(change.sender.text()) +
                            " has no route of its own; ListSenderRoutes tells those that have");
        }
        return routes;
    }
    template <typename Other>
    Routes operator()(const Other& /*change*/) {
        return routes;
    }
};

}  // namespace

bool is_route_change(const Change& change) {
    return std::holds_alternative<AddRouteRules>(change) || std::holds_alternative<AddRoute>(change) ||
           std::holds_alternative<SetRoute>(change) || std::holds_alternative<SetRelay>(change) ||
           std::holds_alternative<RemoveRoute>(change) || std::holds_alternative<SetSecret>(change) ||
           std::holds_alternative<ActivateRoute>(change) || std::holds_alternative<ExpireRoutes>(change) ||
           std::holds_alternative<AddSenderRoute>(change) ||
           std::holds_alternative<RemoveSenderRoute>(change);
}

Routes changed_routes(const Routes& before, const Change& change) {
    return std::visit(ChangeRoutes{before}, change);
}

Applied apply_route_change(const Configuration& before, const Change& change) {
    Applied applied{.configuration = before, .changed = {}};
    RouteSource& source = applied.configuration.routes;
    if (source.file.problem()) {
        throw Error(Code::InvalidConfiguration,
                    source.text_path + ", " + *source.file.problem() + "; mend it by hand first");
    }
    if (std::holds_alternative<AddRouteRules>(change)) {
        applied.changed.route_texts = true;  // the maps that sendmail.cf names now must be there
        return applied;
    }
    // A key of the map next to a text that says something else would be a route by halves. A time that is
    // over is over: then the whole text is published.
    if (source.drifted) {
        const auto* const expire = std::get_if<ExpireRoutes>(&change);
        if (expire == nullptr) {
            throw Error(Code::HandEdited,
                        source.text_path +
                            " was edited by hand, and that is not live yet: Reload makes it so, then routes "
                            "can be changed again");
        }
        if (!expire->over) {
            return applied;
        }
    }
    const Routes routes = changed_routes(source.file.routes(), change);
    if (routes == source.file.routes()) {
        // Said once more, what is not as it should be is made so.
        applied.changed.route_texts = std::holds_alternative<ActivateRoute>(change) &&
                                      !source.map_path.empty() && !source.map_identity.exists();
        return applied;
    }
    source.file = source.file.with(routes);
    if (const auto* const set = std::get_if<SetSecret>(&change)) {
        applied.files.push_back(secret_file(source.secrets, *routes.relay(set->id), *set->secret));
    }
    applied.changed.routes = before.routes.file.keys_changed_to(source.file);
    applied.changed.route_texts = before.routes.file.print() != source.file.print();
    return applied;
}

bool needs_route_rules(const Configuration& before, const Change& change) {
    if (!is_route_change(change)) {
        return false;
    }
    if (const auto* const rules = std::get_if<AddRouteRules>(&change)) {
        return lacks_route_rules(before, rules->routes);
    }
    try {
        return lacks_route_rules(before, changed_routes(before.routes.file.routes(), change));
    } catch (const Error&) {
        return false;  // refused in its turn
    }
}

}  // namespace mailstack

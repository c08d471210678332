// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `relay add`, `relay set`, `relay remove`, `relay sender add` and `relay sender remove`.

#include <iostream>

#include "output.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "relay.hpp"
#include "secret_input.hpp"

namespace mailstack::client {
namespace {

/// The relay as it is. Throws Failure where there is none, or it is built in.
Route relay_named(Daemon& daemon, const std::string& id) {
    const auto routes = routes_of(daemon);
    const auto* route = find_route(routes, id);
    if (route == nullptr) {
        throw from_bus_error("org.mailstack1.Error.NoSuchRoute", "there is no route '" + id + "'");
    }
    if (route->kind != "relay") {
        throw Failure(ExitStatus::Refused, "org.mailstack1.Error.InvalidArgument",
                      "the route '" + id + "' is no relay: it has nothing that could be set", "");
    }
    return *route;
}

void tell_missing_secret(const std::string& id, const std::string& before) {
    std::cout << before << "'mailstackctl relay secret " << printable(id) << "' sets it.\n";
}

/// Of `change`, or where it is not given, of what is.
template <typename Value>
const Value& given(const std::optional<Value>& change, const Value& present) {
    return change ? *change : present;
}

/// The secret is set after the route was added: a failure says what is so.
std::uint64_t set_first_secret(Daemon& daemon, const std::string& id, const Descriptor& secret) {
    try {
        return daemon.SetSecret(id, sdbus::UnixFd(secret.get()));
    } catch (const sdbus::Error& error) {
        const auto failure = from_bus_error(error.getName(), error.getMessage());
        throw Failure(failure.status(), failure.name(),
                      "the route '" + id + "' was added, but its secret was not set: " + failure.what(),
                      "'mailstackctl relay secret " + id + "' sets it.");
    }
}

}  // namespace

ExitStatus add_route(const Options& options, const RelayWish& wish) {
    Descriptor secret;
    if (wish.secret_from_input) {
        refuse_remote_secret(options, wish.id, true, "Leave --secret-stdin away, and then run there: ");
        secret = secret_from_input();
    }
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("the route");
        generation = session.daemon->AddRoute(wish.id, wish.host, wish.port, wish.tls, wish.user);
        if (secret) {
            generation = set_first_secret(*session.daemon, wish.id, secret);
        }
    }
    print_live(options, wish.id, generation);
    if (!options.json && !wish.user.empty() && !secret) {
        tell_missing_secret(wish.id, "It cannot be used before the password of its user is set: ");
    }
    return ExitStatus::Done;
}

ExitStatus set_route(const Options& options, const RelayChange& change) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    auto& daemon = *session.daemon;
    const auto before = relay_named(daemon, change.id);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("the route");
        generation =
            daemon.SetRoute(change.id, given(change.host, before.host), given(change.port, before.port),
                            given(change.tls, before.tls), given(change.user, before.user));
    }
    const auto after = relay_named(daemon, change.id);
    if (options.json) {
        std::cout << line_of({{"generation", generation}, {"live", true}, {"has_secret", after.has_secret}});
        return ExitStatus::Done;
    }
    print_live(options, change.id, generation);
    if (!after.user.empty() && !after.has_secret) {
        tell_missing_secret(change.id, before.has_secret
                                           ? "Its password was for what it was before, and is dropped: "
                                           : "It has no password yet: ");
    }
    return ExitStatus::Done;
}

ExitStatus remove_route(const Options& options, const std::string& id) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    print_live(options, id, session.daemon->RemoveRoute(id));
    return ExitStatus::Done;
}

ExitStatus add_sender(const Options& options, const SenderRoute& wish) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("the route");
        generation = session.daemon->AddSenderRoute(wish.sender, wish.route);
    }
    print_live(options, wish.sender, generation);
    return ExitStatus::Done;
}

ExitStatus remove_sender(const Options& options, const std::string& sender) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    print_live(options, sender, session.daemon->RemoveSenderRoute(sender));
    return ExitStatus::Done;
}

}  // namespace mailstack::client

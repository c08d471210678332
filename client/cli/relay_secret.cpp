// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `relay secret`.

#include "output.hpp"
#include "password_agent.hpp"
#include "relay.hpp"
#include "secret_input.hpp"

namespace mailstack::client {
namespace {

/// Names whose password is wanted. Throws Failure where the route has no user; whoever may not read is asked
/// all the same.
std::string question(Daemon& daemon, const std::string& id) {
    std::vector<Route> routes;
    try {
        routes = routes_of(daemon);
    } catch (const sdbus::Error& error) {
        if (from_bus_error(error.getName(), "").status() != ExitStatus::Denied) {
            throw;
        }
        return "Password of the route " + printable(id);
    }
    const auto* route = find_route(routes, id);
    if (route == nullptr) {
        throw from_bus_error("org.mailstack1.Error.NoSuchRoute", "there is no route '" + id + "'");
    }
    if (route->user.empty()) {
        throw Failure(ExitStatus::Refused, "org.mailstack1.Error.InvalidArgument",
                      "the route '" + id + "' has no user whose password could be set",
                      route->kind == "relay" ? "'mailstackctl relay set " + id + " --user USER' gives it one."
                                             : "Only relays have users.");
    }
    return "Password of " + printable(route->user) + " at " + printable(route->host);
}

}  // namespace

void refuse_remote_secret(const Options& options, const std::string& id, bool from_input,
                          const std::string& before) {
    if (!options.host.empty()) {
        const auto verb = options.host + " mailstackctl relay secret " + id;
        throw Failure(ExitStatus::Usage, "",
                      "a secret cannot be handed over with -H: it goes in a file descriptor, which does not "
                      "cross ssh",
                      before + (from_input ? "ssh " + verb + " --stdin < FILE" : "ssh -t " + verb));
    }
}

ExitStatus set_secret(const Options& options, const std::string& id, bool from_input) {
    refuse_remote_secret(options, id, from_input, "Run it there instead: ");
    const auto session = open_session(options);
    const auto secret =
        from_input ? secret_from_input() : secret_from_terminal(question(*session.daemon, id));
    const PasswordAgent agent(options);
    print_live(options, id, session.daemon->SetSecret(id, sdbus::UnixFd(secret.get())));
    return ExitStatus::Done;
}

}  // namespace mailstack::client

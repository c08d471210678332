// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `relay use`, `relay to` and `relay flush`.

#include <iostream>

#include "duration.hpp"
#include "output.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "relay.hpp"

namespace mailstack::client {
namespace {

/// None where the caller may not know it, or it cannot be told: the switch needs no such number.
std::optional<std::uint32_t> queued(Daemon& daemon) {
    try {
        return daemon.CountQueued();
    } catch (const sdbus::Error& error) {
        std::cerr << "mailstackctl: how many queued messages this concerns could not be told: "
                  << printable(error.getMessage()) << '\n';
        return std::nullopt;
    }
}

/// The failure with what else is known, for people and for programs.
ExitStatus fail(const Options& options, const Failure& failure, const Json& more) {
    auto for_people = options;
    for_people.json = false;
    print_failure(for_people, failure);
    if (options.json) {
        auto json = to_json(failure);
        json.update(more);
        std::cout << line_of(json);
    }
    return failure.status();
}

/// Shows the steps; where one failed, says that nothing was switched.
std::optional<ExitStatus> refused_by_test(const Options& options, const SwitchWish& wish,
                                          const std::vector<TestStep>& steps) {
    if (!options.json) {
        std::cout << to_text(steps);
    }
    const auto* failed = failed_step(steps);
    if (failed == nullptr) {
        return std::nullopt;
    }
    const Failure failure(ExitStatus::Failed, "",
                          "the test of '" + wish.id + "' failed at '" + failed->step + "': " + failed->words,
                          "Nothing was switched. Without --test it would be.");
    return fail(options, failure, {{"route", wish.id}, {"test", to_json(steps)}});
}

/// The queue's run comes after the switch: its failure tells that the switch stands.
std::optional<Failure> flush_failure(Daemon& daemon, const std::string& id) {
    try {
        daemon.FlushQueue();
    } catch (const sdbus::Error& error) {
        const auto failure = from_bus_error(error.getName(), error.getMessage());
        return Failure(failure.status(), failure.name(),
                       "mail leaves by '" + id + "' now, but the queue was not run: " + failure.what(),
                       failure.status() == ExitStatus::Denied
                           ? failure.advice()
                           : "What is queued goes by it at its next attempt all the same.");
    }
    return std::nullopt;
}

std::uint64_t activated(Daemon& daemon, const SwitchWish& wish) {
    const WaitingNote note("the switch");
    return daemon.ActivateRoute(wish.id, wish.seconds);
}

/// As the daemon has it, but where somebody has switched again meanwhile.
ActiveRoute activated_until(Daemon& daemon, const SwitchWish& wish) {
    auto active = active_route_of(daemon);
    if (active.id == wish.id) {
        return active;
    }
    return {.id = wish.id};
}

}  // namespace

ExitStatus use_route(const Options& options, const SwitchWish& wish) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    auto& daemon = *session.daemon;
    Switch made;
    if (wish.test) {
        made.test = tested(daemon, wish.id);
        if (const auto refused = refused_by_test(options, wish, *made.test)) {
            return *refused;
        }
    }
    made.queued = queued(daemon);
    made.generation = activated(daemon, wish);
    made.active = activated_until(daemon, wish);
    const auto failure = wish.flush ? flush_failure(daemon, wish.id) : std::nullopt;
    made.flushed = wish.flush && !failure;
    if (!options.json) {
        std::cout << to_text(made, seconds_now());
    } else if (!failure) {
        std::cout << line_of(to_json(made));
    }
    return failure ? fail(options, *failure, to_json(made)) : ExitStatus::Done;
}

ExitStatus use_host(const Options& options, const RelayWish& wish) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    auto& daemon = *session.daemon;
    Switch made{.active = {}, .queued = queued(daemon)};
    {
        const WaitingNote note("the switch");
        made.generation = daemon.SetRelay(wish.host, wish.port, wish.tls);
    }
    made.active = active_route_of(daemon);
    std::cout << (options.json ? line_of(to_json(made)) : to_text(made, seconds_now()));
    return ExitStatus::Done;
}

ExitStatus flush_queue(const Options& options) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    session.daemon->FlushQueue();
    std::cout << (options.json ? line_of({{"flushed", true}}) : "The queue is being run.\n");
    return ExitStatus::Done;
}

}  // namespace mailstack::client

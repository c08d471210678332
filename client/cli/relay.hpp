// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The verbs of `relay` as functions; relay.cpp and relay_sender.cpp make them of the command line. Each
/// throws Failure or sdbus::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "route_report.hpp"
#include "session.hpp"

namespace mailstack::client {

struct RelayWish {
    std::string id;
    std::string host;
    std::uint16_t port = 587;
    std::string tls = "verified";
    std::string user{};
    bool secret_from_input = false;
};

/// What is not given stays.
struct RelayChange {
    std::string id;
    std::optional<std::string> host{};
    std::optional<std::uint16_t> port{};
    std::optional<std::string> tls{};
    std::optional<std::string> user{};
};

struct SwitchWish {
    std::string id;
    std::uint64_t seconds = 0;  ///< 0: for good
    bool test = false;
    bool flush = false;
};

ExitStatus list_routes(const Options& options, bool ids_only);
ExitStatus test_route(const Options& options, const std::string& id);
ExitStatus add_route(const Options& options, const RelayWish& wish);
ExitStatus set_route(const Options& options, const RelayChange& change);
ExitStatus remove_route(const Options& options, const std::string& id);
ExitStatus use_route(const Options& options, const SwitchWish& wish);
ExitStatus use_host(const Options& options, const RelayWish& wish);
ExitStatus set_secret(const Options& options, const std::string& id, bool from_input);
ExitStatus flush_queue(const Options& options);

ExitStatus list_senders(const Options& options, bool senders_only);
ExitStatus add_sender(const Options& options, const SenderRoute& wish);
ExitStatus remove_sender(const Options& options, const std::string& sender);
void add_relay_sender_verbs(CLI::App& parent, Run& run);

// What several of them need.

/// The routes that there are, sorted.
std::vector<Route> routes_of(Daemon& daemon);
ActiveRoute active_route_of(Daemon& daemon);
/// TestRoute's steps; none for a route that is built in, of which there is nothing to test.
std::vector<TestStep> tested(Daemon& daemon, const std::string& id);

/// Refuses -H with what works instead: systemd-stdio-bridge, which -H talks through, hands no descriptors on.
/// `before` stands before the command that is to be run there.
void refuse_remote_secret(const Options& options, const std::string& id, bool from_input,
                          const std::string& before);

}  // namespace mailstack::client

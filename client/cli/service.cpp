// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `reload` and `restart`.

#include <CLI/CLI.hpp>
#include <memory>

#include "output.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

using ServiceCall = std::uint64_t (*)(Daemon&);

ExitStatus serve(const Options& options, const std::string& what, ServiceCall call) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("the " + what);
        generation = call(*session.daemon);
    }
    print_live(options, what, generation);
    return ExitStatus::Done;
}

}  // namespace

void add_service_verbs(CLI::App& parent, Run& run) {
    auto* reload = parent.add_subcommand(
        "reload", "Make hand edits live: rebuild maps and have the MTA read its configuration");
    const auto rebuild = std::make_shared<bool>(false);
    reload->add_flag("--rebuild-cf", *rebuild,
                     "Make sendmail.cf of sendmail.mc even where it was edited by hand; a copy is kept in "
                     "/etc/mailstack/kept");
    reload->footer(
        "Examples:\n"
        "  mailstackctl reload\n"
        "  mailstackctl reload --json\n"
        "  mailstackctl reload --rebuild-cf");
    reload->callback([&run, rebuild] {
        run = [rebuild](const Options& options) {
            const auto plain = [](Daemon& daemon) { return daemon.Reload(); };
            const auto rebuilding = [](Daemon& daemon) { return daemon.RebuildCf(); };
            return serve(options, "reload", *rebuild ? ServiceCall(rebuilding) : ServiceCall(plain));
        };
    });

    auto* restart = parent.add_subcommand(
        "restart", "Restart the MTA and wait until it greets; reload is nearly always enough");
    restart->footer("Examples:\n  mailstackctl restart");
    restart->callback([&run] {
        run = [](const Options& options) {
            return serve(options, "restart", [](Daemon& daemon) { return daemon.Restart(); });
        };
    });
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <CLI/CLI.hpp>
#include <iostream>

#include "certificate.hpp"
#include "duration.hpp"
#include "format.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

std::vector<Problem> problems_of(Daemon& daemon) {
    std::vector<Problem> problems;
    for (const auto& problem : daemon.ListProblems()) {
        problems.push_back({problem.get<0>(), problem.get<1>(), problem.get<2>(), problem.get<3>()});
    }
    return problems;
}

Status status_of(Session& session) {
    auto& daemon = *session.daemon;
    return {.version = daemon.Version(),
            .state = daemon.State(),
            .state_reason = daemon.StateReason(),
            .generation = daemon.Generation(),
            .live_generation = daemon.LiveGeneration(),
            .mta_unit = daemon.MtaUnit(),
            .mta_state = daemon.MtaState(),
            .drifted = daemon.Drifted(),
            .alias_count = daemon.Count(),
            .route = {daemon.Active(), daemon.ActiveUntil(), daemon.ReturnTo()},
            .certificate = certificate_of(session),
            .local_mailer = daemon.LocalMailer(),
            .default_delivery = daemon.DefaultDelivery(),
            .problems = problems_of(daemon),
            .permissions = daemon.GetPermissions()};
}

ExitStatus show_status(const Options& options) {
    auto session = open_session(options);
    const auto status = status_of(session);
    std::cout << (options.json ? line_of(to_json(status)) : to_text(status, seconds_now()));
    return status.state == "degraded" ? ExitStatus::Degraded : ExitStatus::Done;
}

}  // namespace

void add_status_verb(CLI::App& parent, Run& run) {
    auto* status = parent.add_subcommand("status", "Tell how the mail system is, and what you may do");
    status->footer(
        "Examples:\n"
        "  mailstackctl status\n"
        "  mailstackctl status --json\n"
        "  mailstackctl -H root@mail.example.com status");
    status->callback([&run] { run = show_status; });
}

}  // namespace mailstack::client

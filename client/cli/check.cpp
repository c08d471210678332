// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "format.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

ExitStatus check(const Options& options) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::vector<Finding> findings;
    {
        const WaitingNote note("the daemon's look at maps, ports and names");
        for (const auto& finding : session.daemon->Check()) {
            findings.push_back({finding.get<0>(), finding.get<1>(), finding.get<2>(), finding.get<3>()});
        }
    }
    if (options.json) {
        auto listed = Json::array();
        for (const Finding& finding : findings) {
            listed.push_back(to_json(finding));
        }
        std::cout << line_of(listed);
    } else {
        std::cout << to_text(findings);
    }
    const bool error = std::any_of(findings.begin(), findings.end(),
                                   [](const Finding& finding) { return finding.severity == "error"; });
    return error ? ExitStatus::Failed : ExitStatus::Done;
}

}  // namespace

void add_check_verb(CLI::App& parent, Run& run) {
    auto* verb =
        parent.add_subcommand("check", "Look for what is wrong, or soon will be, and tell what to do");
    verb->footer(
        "The exit status is 1 where there is an error.\n\n"
        "Examples:\n"
        "  mailstackctl check\n"
        "  mailstackctl check --json");
    verb->callback([&run] { run = check; });
}

}  // namespace mailstack::client

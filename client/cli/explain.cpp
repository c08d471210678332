// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "arguments.hpp"
#include "format.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

ExitStatus explain(const Options& options, const std::string& address) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::vector<Step> steps;
    {
        const WaitingNote note("sendmail's answer");
        for (const auto& step : session.daemon->Explain(address)) {
            steps.push_back({step.get<0>(), step.get<1>(), step.get<2>()});
        }
    }
    if (!options.json) {
        std::cout << to_text(steps);
        return ExitStatus::Done;
    }
    auto listed = Json::array();
    for (const Step& step : steps) {
        listed.push_back(to_json(step));
    }
    std::cout << line_of(listed);
    return ExitStatus::Done;
}

}  // namespace

void add_explain_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand(
        "explain", "Tell where a message to an address would go, and which line of which file says so");
    const auto address = std::make_shared<std::string>();
    add_name_argument(*verb, "ADDRESS", *address, "As a sender would write it");
    verb->footer(
        "Examples:\n"
        "  mailstackctl explain info@example.org\n"
        "  mailstackctl explain postmaster --json");
    verb->callback(
        [&run, address] { run = [address](const Options& options) { return explain(options, *address); }; });
}

}  // namespace mailstack::client

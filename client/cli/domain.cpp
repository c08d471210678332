// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `domain list`, `domain add` and `domain remove`.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "arguments.hpp"
#include "format.hpp"
#include "output.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

using DomainCall = std::uint64_t (*)(Daemon&, const std::string& domain);

ExitStatus list(const Options& options) {
    const auto names = open_session(options).daemon->Names();
    if (options.json) {
        std::cout << line_of(names);
        return ExitStatus::Done;
    }
    for (const auto& name : names) {
        std::cout << printable(name) << '\n';
    }
    return ExitStatus::Done;
}

ExitStatus change(const Options& options, const std::string& domain, DomainCall call) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("the reload");
        generation = call(*session.daemon, domain);
    }
    print_live(options, domain, generation);
    return ExitStatus::Done;
}

void add_change_verb(CLI::App* verb, Run& run, DomainCall call) {
    const auto domain = std::make_shared<std::string>();
    add_name_argument(*verb, "NAME", *domain, "The domain");
    verb->callback([&run, domain, call] {
        run = [domain, call](const Options& options) { return change(options, *domain, call); };
    });
}

}  // namespace

void add_domain_verbs(CLI::App& parent, Run& run) {
    auto* list_verb = parent.add_subcommand("list", "List the domains, one a line, as the file has them");
    list_verb->footer(
        "Examples:\n"
        "  mailstackctl domain list\n"
        "  mailstackctl domain list --json");
    list_verb->callback([&run] { run = list; });

    auto* add = parent.add_subcommand("add", "Deliver mail for a domain here; reloads the MTA");
    add_change_verb(add, run,
                    [](Daemon& daemon, const std::string& domain) { return daemon.AddDomain(domain); });
    add->footer("Examples:\n  mailstackctl domain add example.org");

    auto* remove =
        parent.add_subcommand("remove", "No longer deliver mail for a domain here; reloads the MTA");
    add_change_verb(remove, run,
                    [](Daemon& daemon, const std::string& domain) { return daemon.RemoveDomain(domain); });
    remove->footer("Examples:\n  mailstackctl domain remove example.org");
}

}  // namespace mailstack::client

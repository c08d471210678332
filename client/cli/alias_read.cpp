// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `alias list` and `alias get`.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <memory>

#include "arguments.hpp"
#include "format.hpp"
#include "listing.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

std::vector<Alias> page_of(Daemon& daemon, const std::string& prefix, const std::string& after,
                           std::uint32_t limit) {
    std::vector<Alias> page;
    for (const auto& alias : daemon.ListAliases(prefix, after, limit)) {
        page.push_back({alias.get<0>(), alias.get<1>(), alias.get<2>()});
    }
    return page;
}

ExitStatus list(const Options& options, const ListOptions& wanted) {
    const auto session = open_session(options);
    print_list(options, wanted, [&](const std::string& after, std::uint32_t limit) {
        return page_of(*session.daemon, wanted.prefix, after, limit);
    });
    return ExitStatus::Done;
}

ExitStatus get(const Options& options, const std::string& name) {
    const auto recipients = open_session(options).daemon->GetAlias(name);
    if (options.json) {
        std::cout << line_of({{"name", name}, {"recipients", recipients}});
        return ExitStatus::Done;
    }
    for (const auto& recipient : recipients) {
        std::cout << printable(recipient) << '\n';
    }
    return ExitStatus::Done;
}

}  // namespace

void add_alias_read_verbs(CLI::App& parent, Run& run) {
    auto* list_verb = parent.add_subcommand("list", "List the aliases, sorted by name");
    const auto wanted = std::make_shared<ListOptions>();
    add_list_options(*list_verb, *wanted, "names");
    list_verb->footer(
        "Examples:\n"
        "  mailstackctl alias list\n"
        "  mailstackctl alias list team --limit 10\n"
        "  mailstackctl alias list --json");
    list_verb->callback(
        [&run, wanted] { run = [wanted](const Options& options) { return list(options, *wanted); }; });

    auto* get_verb = parent.add_subcommand("get", "Show the recipients of one alias, one a line");
    const auto name = std::make_shared<std::string>();
    add_name_argument(*get_verb, "NAME", *name, "The alias");
    get_verb->footer(
        "Examples:\n"
        "  mailstackctl alias get postmaster\n"
        "  mailstackctl alias get team --json");
    get_verb->callback(
        [&run, name] { run = [name](const Options& options) { return get(options, *name); }; });
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `alias list` and `alias get`.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <memory>

#include "arguments.hpp"
#include "format.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

struct ListOptions {
    std::string prefix;
    std::uint32_t limit = 0;  ///< 0: all
    bool names_only = false;
};

using Page = std::vector<Alias>;

Page page_of(Daemon& daemon, const std::string& prefix, const std::string& after, std::uint32_t limit) {
    Page page;
    for (const auto& alias : daemon.ListAliases(prefix, after, limit)) {
        page.push_back({alias.get<0>(), alias.get<1>(), alias.get<2>()});
    }
    return page;
}

void print_names(const Page& page) {
    for (const auto& alias : page) {
        std::cout << printable(alias.name) << '\n';
    }
}

void print_table(const Page& page, bool first) {
    std::vector<std::vector<std::string>> rows;
    if (first) {
        rows.push_back({"NAME", "DEFINED AT", "RECIPIENTS"});
    }
    for (const auto& alias : page) {
        rows.push_back({printable(alias.name), printable(alias.source), printable(joined(alias.recipients))});
    }
    std::cout << to_table(rows);
}

/// One array over all pages, one alias a line.
void print_json(const Page& page, bool first) {
    for (const auto& alias : page) {
        auto line = line_of(to_json(alias));
        line.pop_back();
        std::cout << (first ? "[" : ",\n ") << line;
        first = false;
    }
}

/// Page by page, so that a million aliases need no more memory than a thousand.
ExitStatus list(const Options& options, const ListOptions& wanted) {
    const auto session = open_session(options);
    std::uint64_t listed = 0;
    std::string after;
    while (wanted.limit == 0 || listed < wanted.limit) {
        const auto rest = wanted.limit == 0 ? 0 : wanted.limit - static_cast<std::uint32_t>(listed);
        const auto page = page_of(*session.daemon, wanted.prefix, after, rest);
        if (page.empty()) {
            break;
        }
        if (options.json) {
            print_json(page, listed == 0);
        } else if (wanted.names_only) {
            print_names(page);
        } else {
            print_table(page, listed == 0);
        }
        listed += page.size();
        after = page.back().name;
    }
    if (options.json) {
        std::cout << (listed == 0 ? "[]\n" : "]\n");
    }
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
    list_verb->add_option("PREFIX", wanted->prefix, "Only names that begin with this")
        ->type_name("")
        ->check(utf8_argument());
    list_verb->add_option("--limit", wanted->limit, "At most so many")->type_name("N");
    list_verb->add_flag("--names", wanted->names_only, "Only the names, one a line");
    list_verb->footer(
        "Examples:\n"
        "  mailstackctl alias list\n"
        "  mailstackctl alias list team --limit 10\n"
        "  mailstackctl alias list --json");
    list_verb->callback(
        [&run, wanted] { run = [wanted](const Options& options) { return list(options, *wanted); }; });

    auto* get_verb = parent.add_subcommand("get", "Show the recipients of one alias, one a line");
    const auto name = std::make_shared<std::string>();
    get_verb->add_option("NAME", *name, "The alias")->type_name("")->required()->check(utf8_argument());
    get_verb->footer(
        "Examples:\n"
        "  mailstackctl alias get postmaster\n"
        "  mailstackctl alias get team --json");
    get_verb->callback(
        [&run, name] { run = [name](const Options& options) { return get(options, *name); }; });
}

}  // namespace mailstack::client

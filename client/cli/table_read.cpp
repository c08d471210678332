// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `table list` and `table get`. Unlike aliases, tables are not everybody's to read: polkit may ask for a
/// password.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "format.hpp"
#include "listing.hpp"
#include "password_agent.hpp"
#include "table_arguments.hpp"

namespace mailstack::client {
namespace {

struct Wanted {
    TableArguments table;
    ListOptions list;
};

std::vector<Entry> page_of(Table& table, const std::string& prefix, const std::string& after,
                           std::uint32_t limit) {
    std::vector<Entry> page;
    for (const auto& entry : table.ListEntries(prefix, after, limit)) {
        page.push_back({entry.get<0>(), entry.get<1>(), entry.get<2>()});
    }
    return page;
}

/// An empty list alone would not tell that nobody looks into the table.
void tell_unused(Table& table) {
    if (const auto why = table.Unused(); !why.empty()) {
        std::cout.flush();
        std::cerr << "mailstackctl: " << printable(why) << '\n';
    }
}

ExitStatus list(const Options& options, const Wanted& wanted) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    Table table(*session.connection, wanted.table.table);
    const auto listed = print_list(options, wanted.list, [&](const std::string& after, std::uint32_t limit) {
        return page_of(table, wanted.list.prefix, after, limit);
    });
    if (listed == 0) {
        tell_unused(table);
    }
    return ExitStatus::Done;
}

ExitStatus get(const Options& options, const TableArguments& wanted) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    const auto value = Table(*session.connection, wanted.table).GetEntry(wanted.key);
    std::cout << (options.json ? line_of({{"key", wanted.key}, {"value", value}}) : printable(value) + "\n");
    return ExitStatus::Done;
}

}  // namespace

void add_table_read_verbs(CLI::App& parent, Run& run) {
    auto* list_verb = parent.add_subcommand("list", "List a table, sorted by key");
    const auto wanted = std::make_shared<Wanted>();
    add_table_argument(*list_verb, wanted->table);
    add_list_options(*list_verb, wanted->list, "keys");
    list_verb->footer(
        "Examples:\n"
        "  mailstackctl table list access\n"
        "  mailstackctl table list access Connect: --limit 10\n"
        "  mailstackctl table list virtusertable --json");
    list_verb->callback(
        [&run, wanted] { run = [wanted](const Options& options) { return list(options, *wanted); }; });

    auto* get_verb = parent.add_subcommand("get", "Show the value of one key");
    const auto one = std::make_shared<TableArguments>();
    add_table_argument(*get_verb, *one);
    add_name_argument(*get_verb, "KEY", one->key, "What is looked up");
    get_verb->footer(
        "Examples:\n"
        "  mailstackctl table get access Connect:192.0.2.7\n"
        "  mailstackctl table get mailertable example.net --json");
    get_verb->callback([&run, one] { run = [one](const Options& options) { return get(options, *one); }; });
}

void add_table_verbs(CLI::App& parent, Run& run) {
    add_table_read_verbs(parent, run);
    add_table_change_verbs(parent, run);
}

}  // namespace mailstack::client

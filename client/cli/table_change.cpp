// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `table set` and `table remove`.

#include <CLI/CLI.hpp>
#include <memory>

#include "output.hpp"
#include "password_agent.hpp"
#include "session.hpp"
#include "table_arguments.hpp"

namespace mailstack::client {
namespace {

using TableCall = std::uint64_t (*)(Table&, const TableArguments&);

ExitStatus change(const Options& options, const TableArguments& arguments, TableCall call) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    Table table(*session.connection, arguments.table);
    print_live(options, arguments.table + " " + arguments.key, call(table, arguments));
    return ExitStatus::Done;
}

/// A verb with TABLE, KEY and, where `value_too`, VALUE.
void add_verb(CLI::App* verb, bool value_too, Run& run, TableCall call) {
    const auto arguments = std::make_shared<TableArguments>();
    add_table_argument(*verb, *arguments);
    add_name_argument(*verb, "KEY", arguments->key, "What is looked up");
    if (value_too) {
        add_name_argument(*verb, "VALUE", arguments->value, "What it stands for, one argument");
    }
    verb->callback([&run, arguments, call] {
        run = [arguments, call](const Options& options) { return change(options, *arguments, call); };
    });
}

}  // namespace

void add_table_change_verbs(CLI::App& parent, Run& run) {
    auto* set = parent.add_subcommand("set", "Set the value of a key; it is live when this returns");
    add_verb(set, true, run,
             [](Table& table, const TableArguments& a) { return table.SetEntry(a.key, a.value); });
    set->footer(
        "Examples:\n"
        "  mailstackctl table set access Connect:192.0.2.7 REJECT\n"
        "  mailstackctl table set access From:spam.example 'ERROR:5.7.1:550 Go away'\n"
        "  mailstackctl table set virtusertable info@example.org alice\n"
        "  mailstackctl table set mailertable example.net 'smtp:[mx.example.net]'");

    auto* remove = parent.add_subcommand("remove", "Remove a key");
    add_verb(remove, false, run,
             [](Table& table, const TableArguments& a) { return table.RemoveEntry(a.key); });
    remove->footer("Examples:\n  mailstackctl table remove access Connect:192.0.2.7");
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `alias add`, `alias set` and `alias remove`.

#include <CLI/CLI.hpp>
#include <memory>

#include "arguments.hpp"
#include "output.hpp"
#include "password_agent.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

struct AliasArguments {
    std::string name;
    std::vector<std::string> recipients;
};

using AliasCall = std::uint64_t (*)(Daemon&, const AliasArguments&);

ExitStatus change(const Options& options, const AliasArguments& arguments, AliasCall call) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    print_live(options, arguments.name, call(*session.daemon, arguments));
    return ExitStatus::Done;
}

/// A verb with a NAME and, where `recipients_too`, recipients.
void add_verb(CLI::App* verb, bool recipients_too, Run& run, AliasCall call) {
    const auto arguments = std::make_shared<AliasArguments>();
    add_name_argument(*verb, "NAME", arguments->name, "The alias");
    if (recipients_too) {
        verb->add_option("RECIPIENT", arguments->recipients, "Where its mail goes; as many as you like")
            ->type_name("")
            ->required()
            ->check(utf8_argument());
    }
    verb->callback([&run, arguments, call] {
        run = [arguments, call](const Options& options) { return change(options, *arguments, call); };
    });
}

}  // namespace

void add_alias_change_verbs(CLI::App& parent, Run& run) {
    auto* add = parent.add_subcommand("add", "Add an alias; it is live when this returns");
    add_verb(add, true, run,
             [](Daemon& daemon, const AliasArguments& a) { return daemon.AddAlias(a.name, a.recipients); });
    add->footer(
        "Examples:\n"
        "  mailstackctl alias add team alice bob@example.com\n"
        "  mailstackctl alias add tickets '|/usr/bin/ticket-intake --queue support'\n"
        "  mailstackctl --json alias add team alice");

    auto* set = parent.add_subcommand("set", "Set the recipients of an alias, whether it exists or not");
    add_verb(set, true, run,
             [](Daemon& daemon, const AliasArguments& a) { return daemon.SetAlias(a.name, a.recipients); });
    set->footer(
        "Examples:\n"
        "  mailstackctl alias set team carol\n"
        "  mailstackctl alias set root admin@example.com");

    auto* remove = parent.add_subcommand("remove", "Remove an alias");
    add_verb(remove, false, run,
             [](Daemon& daemon, const AliasArguments& a) { return daemon.RemoveAlias(a.name); });
    remove->footer("Examples:\n  mailstackctl alias remove team");
}

}  // namespace mailstack::client

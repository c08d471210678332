// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The verbs of `relay sender` on the command line.

#include <CLI/CLI.hpp>
#include <memory>

#include "arguments.hpp"
#include "relay.hpp"

namespace mailstack::client {
namespace {

constexpr const char* sender_words = "An envelope sender, or @ and a domain of them";

}  // namespace

void add_relay_sender_verbs(CLI::App& parent, Run& run) {
    auto* list = parent.add_subcommand("list", "List the senders that have a route of their own");
    const auto senders_only = std::make_shared<bool>(false);
    list->add_flag("--senders", *senders_only, "Only the senders, one a line");
    list->footer("Examples:\n  mailstackctl relay sender list\n  mailstackctl relay sender list --json");
    list->callback([&run, senders_only] {
        run = [senders_only](const Options& options) { return list_senders(options, *senders_only); };
    });

    auto* add = parent.add_subcommand("add", "Mail of this sender leaves by this route, whatever is active");
    const auto wish = std::make_shared<SenderRoute>();
    add_name_argument(*add, "SENDER", wish->sender, sender_words);
    add_name_argument(*add, "ID", wish->route, "The route");
    add->footer(
        "Examples:\n"
        "  mailstackctl relay sender add @example.org home\n"
        "  mailstackctl relay sender add bob@example.org direct");
    add->callback(
        [&run, wish] { run = [wish](const Options& options) { return add_sender(options, *wish); }; });

    auto* remove = parent.add_subcommand("remove", "Mail of this sender leaves by the active route again");
    const auto sender = std::make_shared<std::string>();
    add_name_argument(*remove, "SENDER", *sender, sender_words);
    remove->footer("Examples:\n  mailstackctl relay sender remove @example.org");
    remove->callback([&run, sender] {
        run = [sender](const Options& options) { return remove_sender(options, *sender); };
    });
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `delivery`.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "output.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "recipe.hpp"
#include "recipe_arguments.hpp"
#include "recipe_report.hpp"

namespace mailstack::client {

ExitStatus show_delivery(const Options& options, const std::string& user) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    auto& daemon = *session.daemon;
    const auto [format, mailbox] = daemon.GetDelivery(user);
    const DeliveryState state{.format = format,
                              .mailbox = mailbox,
                              .machines_format = daemon.DefaultDelivery(),
                              .local_mailer = daemon.LocalMailer()};
    std::cout << (options.json ? line_of(to_json(state)) : to_text(state));
    return ExitStatus::Done;
}

ExitStatus set_delivery(const Options& options, const DeliveryWish& wish) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("procmail");
        generation = wish.machine ? session.daemon->SetDefaultDelivery(wish.format)
                                  : session.daemon->SetDelivery(wish.user, wish.format);
    }
    print_live(options, "delivery", generation);
    return ExitStatus::Done;
}

ExitStatus use_procmail(const Options& options) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    std::uint64_t generation = 0;
    {
        const WaitingNote note("sendmail and a message to prove it");
        generation = session.daemon->UseProcmail();
    }
    print_live(options, "procmail", generation);
    return ExitStatus::Done;
}

namespace {

void add_show_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("show", "Show where mail goes that no recipe takes");
    const auto user = std::make_shared<std::string>();
    add_account_option(*verb, *user);
    verb->footer("Examples:\n  mailstackctl delivery show\n  mailstackctl delivery show --user alice --json");
    verb->callback(
        [&run, user] { run = [user](const Options& options) { return show_delivery(options, *user); }; });
}

void add_delivery_set_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("set", "Set it: for an account, or for the machine");
    const auto wish = std::make_shared<DeliveryWish>();
    verb->add_option("FORMAT", wish->format,
                     "maildir: Maildir in the home directory; mbox: in /var/mail; default: as the machine, "
                     "or procmail, has it")
        ->type_name("")
        ->required()
        ->check(CLI::IsMember({"maildir", "mbox", "default"}).description(""));
    add_account_option(*verb, wish->user);
    verb->add_flag("--machine", wish->machine, "For every account that has no setting of its own")
        ->excludes("--user");
    verb->footer(
        "Mail that is there already stays where it is.\n\n"
        "Examples:\n"
        "  mailstackctl delivery set maildir\n"
        "  mailstackctl delivery set default --user alice\n"
        "  mailstackctl delivery set maildir --machine");
    verb->callback([&run, wish] {
        if (wish->format == "default") {
            wish->format.clear();
        }
        run = [wish](const Options& options) { return set_delivery(options, *wish); };
    });
}

}  // namespace

void add_delivery_verbs(CLI::App& parent, Run& run) {
    add_show_verb(parent, run);
    add_delivery_set_verb(parent, run);
    auto* procmail =
        parent.add_subcommand("use-procmail", "Make procmail deliver, and prove it by a message");
    procmail->footer(
        "It edits sendmail.mc and reloads sendmail; where the message does not arrive, all is as before.\n\n"
        "Examples:\n  mailstackctl delivery use-procmail");
    procmail->callback([&run] { run = use_procmail; });
}

}  // namespace mailstack::client

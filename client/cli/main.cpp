// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// mailstackctl: mailstackd's verbs for people and scripts. Reads the command line, runs one verb, says how
/// it went.

#include <sdbus-c++/sdbus-c++.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "failure.hpp"
#include "output.hpp"
#include "verbs.hpp"

namespace {

using namespace mailstack::client;

void add_options(CLI::App& app, Options& options) {
    app.add_flag("--json", options.json, "Print JSON: one object or array, or one object a line (monitor)");
    app.add_option("-H,--host", options.host, "Do it on another machine, over ssh")->type_name("[USER@]HOST");
    app.add_flag_callback(
        "--no-ask-password", [&options] { options.ask_password = false; },
        "Never ask for a password: be denied instead");
    app.set_version_flag("--version", std::string("mailstackctl ") + MAILSTACK_VERSION);
    app.footer(
        "Examples:\n"
        "  mailstackctl status\n"
        "  mailstackctl alias add team alice bob@example.com\n"
        "  mailstackctl alias list --json\n"
        "Each verb tells more: mailstackctl alias add --help. Exit statuses are in mailstackctl(1).");
}

/// --help of a verb names the options that belong to all of them.
void tell_common_options(CLI::App& app) {
    for (auto* verb : app.get_subcommands({})) {
        verb->footer(
            "Options of every verb: --json, -H/--host, --no-ask-password (mailstackctl --help).\n\n" +
            verb->get_footer());
        tell_common_options(*verb);
    }
}

void add_verbs(CLI::App& app, Run& run) {
    add_status_verb(app, run);
    auto* alias = app.add_subcommand("alias", "Show and change the mail aliases");
    alias->require_subcommand(0, 1);
    alias->footer("Examples:\n  mailstackctl alias list\n  mailstackctl alias add --help");
    add_alias_read_verbs(*alias, run);
    add_alias_change_verbs(*alias, run);
    add_alias_import_verb(*alias, run);
    auto* table = app.add_subcommand("table", "Show and change who may send and relay, and where mail goes");
    table->require_subcommand(0, 1);
    table->footer("Examples:\n  mailstackctl table list access\n  mailstackctl table set --help");
    add_table_verbs(*table, run);
    auto* domain = app.add_subcommand("domain", "Show and change the domains whose mail is delivered here");
    domain->require_subcommand(0, 1);
    domain->footer("Examples:\n  mailstackctl domain list\n  mailstackctl domain add --help");
    add_domain_verbs(*domain, run);
    auto* relay = app.add_subcommand("relay", "Show and change the ways on which mail for elsewhere leaves");
    relay->require_subcommand(0, 1);
    relay->footer("Examples:\n  mailstackctl relay list\n  mailstackctl relay use --help");
    add_relay_verbs(*relay, run);
    auto* certificate =
        app.add_subcommand("cert", "Show and change the certificate with which sendmail answers");
    certificate->require_subcommand(0, 1);
    certificate->footer("Examples:\n  mailstackctl cert show\n  mailstackctl cert rotate --help");
    add_certificate_verbs(*certificate, run);
    auto* recipe = app.add_subcommand("recipe", "Show and change what becomes of an account's mail");
    recipe->require_subcommand(0, 1);
    recipe->footer("Examples:\n  mailstackctl recipe list\n  mailstackctl recipe add --help");
    add_recipe_verbs(*recipe, run);
    auto* delivery = app.add_subcommand("delivery", "Show and change where local mail is delivered");
    delivery->require_subcommand(0, 1);
    delivery->footer("Examples:\n  mailstackctl delivery show\n  mailstackctl delivery set --help");
    add_delivery_verbs(*delivery, run);
    add_setup_verb(app, run);
    add_explain_verb(app, run);
    add_check_verb(app, run);
    add_service_verbs(app, run);
    add_monitor_verb(app, run);
    tell_common_options(app);
}

ExitStatus run_verb(const Run& run, const Options& options) {
    try {
        return run(options);
    } catch (const Failure& failure) {
        print_failure(options, failure);
        return failure.status();
    } catch (const sdbus::Error& error) {
        const auto failure = from_bus_error(error.getName(), error.getMessage());
        print_failure(options, failure);
        return failure.status();
    } catch (const std::exception& error) {
        const Failure failure(ExitStatus::Failed, "", error.what(), "");
        print_failure(options, failure);
        return failure.status();
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    CLI::App app("Manage this machine's mail through mailstackd.", "mailstackctl");
    Options options;
    Run run;
    app.require_subcommand(
        0, 1);  // that there is one is checked below: CLI11 would not name the word that is none
    app.fallthrough();
    app.failure_message([](const CLI::App* /*app*/, const CLI::Error& error) {
        return "mailstackctl: " + std::string(error.what()) +
               "\n'mailstackctl --help' shows the verbs, "
               "'mailstackctl VERB --help' what one takes.\n";
    });
    add_options(app, options);
    add_verbs(app, run);
    try {
        app.parse(argc, argv);
        if (app.got_subcommand("alias")) {
            refuse_bracketed({argv + 1, argv + argc});
        }
        if (!run) {
            throw CLI::RequiredError("A verb");
        }
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(ExitStatus::Usage);
    }
    return static_cast<int>(run_verb(run, options));
}

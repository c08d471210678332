// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `setup`.

#include <netdb.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "arguments.hpp"
#include "base/auth_packages.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "setup_report.hpp"

namespace mailstack::client {
namespace {

struct Wish {
    std::string domain, user, listen, delivery;
    bool no_submission = false;
    bool replace_cf = false;
};

/// What was not given is not said: the daemon's defaults are in one place.
std::map<std::string, sdbus::Variant> options_of(const Wish& wish) {
    std::map<std::string, sdbus::Variant> options;
    if (!wish.listen.empty()) {
        options.emplace("listen", sdbus::Variant(wish.listen));
    }
    if (!wish.delivery.empty()) {
        options.emplace("delivery", sdbus::Variant(wish.delivery));
    }
    if (wish.no_submission) {
        options.emplace("submission", sdbus::Variant(false));
    }
    if (wish.replace_cf) {
        options.emplace("replace-cf", sdbus::Variant(true));
    }
    return options;
}

bool resolves(const std::string& name) {
    addrinfo* found = nullptr;
    const bool does = ::getaddrinfo(name.c_str(), nullptr, nullptr, &found) == 0;
    if (does) {
        ::freeaddrinfo(found);
    }
    return does;
}

void look(SetupReport& report) {
    const WaitingNote note("the look-up of names");
    for (const auto& name : names_of(report.domain)) {
        if (!resolves(name)) {
            report.unresolved.push_back(name);
        }
    }
    report.missing_packages = missing_auth_packages();
}

ExitStatus set_up(const Options& options, const Wish& wish) {
    const auto session = open_session(options);
    const PasswordAgent agent(options);
    SetupReport report{.domain = wish.domain, .user = wish.user, .looked = options.host.empty()};
    {
        const WaitingNote note("the set-up");
        report.generation = session.daemon->Setup(wish.domain, wish.user, options_of(wish));
    }
    if (report.looked) {
        look(report);
    }
    std::cout << (options.json ? line_of(to_json(report)) : to_text(report));
    return ExitStatus::Done;
}

}  // namespace

void add_setup_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand(
        "setup", "Set up the whole mail machine: sendmail, TLS, AUTH, tables, aliases; again at any time");
    const auto wish = std::make_shared<Wish>();
    verb->add_option("--domain", wish->domain, "The domain whose mail is delivered here")
        ->type_name("NAME")
        ->required()
        ->check(utf8_argument());
    verb->add_option("--user", wish->user, "The account that gets root's mail and postmaster's")
        ->type_name("NAME")
        ->required()
        ->check(utf8_argument());
    verb->add_option("--listen", wish->listen,
                     "Where: keep what sendmail.mc says (the default), everywhere, or loopback alone")
        ->type_name("WHERE")
        ->check(CLI::IsMember({"keep", "everywhere", "loopback"}));
    verb->add_option("--delivery", wish->delivery,
                     "By procmail, into Maildir of each home directory (maildir) or into /var/mail (mbox)")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"maildir", "mbox"}));
    verb->add_flag("--no-submission", wish->no_submission,
                   "Add no daemon on port 587, by which mail programs send");
    verb->add_flag("--replace-cf", wish->replace_cf,
                   "Make a sendmail.cf anew that was edited by hand; a copy is kept in /etc/mailstack/kept");
    verb->footer(
        "Examples:\n"
        "  mailstackctl setup --domain example.org --user alice\n"
        "  mailstackctl setup --domain example.org --user alice --listen everywhere --delivery maildir\n"
        "  mailstackctl setup --domain example.org --user alice --listen loopback --no-submission --json");
    verb->callback([&run, wish] { run = [wish](const Options& options) { return set_up(options, *wish); }; });
}

}  // namespace mailstack::client

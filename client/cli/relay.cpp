// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The verbs of `relay` on the command line.

#include "relay.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "arguments.hpp"
#include "duration.hpp"

namespace mailstack::client {
namespace {

void add_id_argument(CLI::App& verb, std::string& id) {
    add_name_argument(verb, "ID", id, "The route");
}

/// `value`: the place for the option's value, which may be an std::optional.
void add_port_option(CLI::App& verb, auto& value) {
    verb.add_option("--port", value, "The relay's port")
        ->type_name("N")
        ->check(CLI::Range(1, 65535).description(""));
}

void add_tls_option(CLI::App& verb, auto& value) {
    verb.add_option("--tls", value, "What is demanded before mail is sent: verified, encrypted or none")
        ->type_name("DEMAND")
        ->check(CLI::IsMember({"verified", "encrypted", "none"}).description(""));
}

void add_user_option(CLI::App& verb, auto& value, const std::string& description) {
    verb.add_option("--user", value, description)->type_name("NAME")->check(utf8_argument().description(""));
}

void add_relay_list_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand(
        "list", "List the routes: which is active, until when, who has one of their own");
    const auto ids_only = std::make_shared<bool>(false);
    verb->add_flag("--ids", *ids_only, "Only the ids, one a line");
    verb->footer("Examples:\n  mailstackctl relay list\n  mailstackctl relay list --json");
    verb->callback([&run, ids_only] {
        run = [ids_only](const Options& options) { return list_routes(options, *ids_only); };
    });
}

void add_relay_add_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("add", "Add a relay; mail does not leave by it yet");
    const auto wish = std::make_shared<RelayWish>();
    add_name_argument(*verb, "ID", wish->id, "Its name here: a-z, 0-9 and -");
    add_name_argument(*verb, "HOST", wish->host, "The relay: a host name or an address");
    add_port_option(*verb, wish->port);
    add_tls_option(*verb, wish->tls);
    add_user_option(*verb, wish->user, "The user of the relay's AUTH; its password: 'relay secret'");
    verb->add_flag("--secret-stdin", wish->secret_from_input, "Read the user's password from standard input")
        ->needs("--user");
    verb->get_option("--port")->capture_default_str();
    verb->get_option("--tls")->capture_default_str();
    verb->footer(
        "Examples:\n"
        "  mailstackctl relay add home smart.example.net --user alice\n"
        "  mailstackctl relay add office 192.0.2.25 --port 25 --tls encrypted\n"
        "  mailstackctl relay add home smart.example.net --user alice --secret-stdin < password.txt");
    verb->callback(
        [&run, wish] { run = [wish](const Options& options) { return add_route(options, *wish); }; });
}

void add_relay_set_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("set", "Change a relay: what is given, and nothing else");
    const auto change = std::make_shared<RelayChange>();
    add_id_argument(*verb, change->id);
    verb->add_option("HOST", change->host, "The relay: a host name or an address")
        ->type_name("")
        ->check(utf8_argument().description(""));
    add_port_option(*verb, change->port);
    add_tls_option(*verb, change->tls);
    add_user_option(*verb, change->user, "The user of the relay's AUTH; '' for none");
    verb->footer(
        "A change drops the password: set it again with 'relay secret'.\n\n"
        "Examples:\n"
        "  mailstackctl relay set home mail.example.net\n"
        "  mailstackctl relay set home --port 2525 --tls encrypted\n"
        "  mailstackctl relay set home --user ''");
    verb->callback([&run, change] {
        if (!change->host && !change->port && !change->tls && !change->user) {
            throw CLI::RequiredError("HOST, --port, --tls or --user");
        }
        run = [change](const Options& options) { return set_route(options, *change); };
    });
}

void add_use_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("use", "All mail for elsewhere leaves by this route from now on");
    const auto wish = std::make_shared<SwitchWish>();
    add_id_argument(*verb, wish->id);
    verb->add_option_function<std::string>(
            "--for",
            [wish](const std::string& duration) {
                const auto seconds = seconds_of(duration);
                if (!seconds) {
                    throw CLI::ValidationError(
                        "--for",
                        "'" + duration + "' is no duration: write 90m, 1h30m, 2d, or seconds as 3600");
                }
                wish->seconds = *seconds;
            },
            "For so long; then the former route returns by itself")
        ->type_name("DURATION");
    verb->add_flag("--test", wish->test, "Test the route first; where a step fails, do not switch");
    verb->add_flag("--flush", wish->flush, "Run the queue afterwards");
    verb->footer(
        "A DURATION is 90m, 1h30m, 2d, or seconds: 3600.\n\n"
        "Examples:\n"
        "  mailstackctl relay use home --test\n"
        "  mailstackctl relay use local-only --for 1h\n"
        "  mailstackctl relay use direct --flush --json");
    verb->callback(
        [&run, wish] { run = [wish](const Options& options) { return use_route(options, *wish); }; });
}

void add_to_verb(CLI::App& parent, Run& run) {
    auto* verb =
        parent.add_subcommand("to", "All mail for elsewhere leaves by this host from now on; for scripts");
    const auto wish = std::make_shared<RelayWish>();
    add_name_argument(*verb, "HOST", wish->host, "The relay: a host name or an address");
    add_port_option(*verb, wish->port);
    add_tls_option(*verb, wish->tls);
    verb->get_option("--port")->capture_default_str();
    verb->get_option("--tls")->capture_default_str();
    verb->footer(
        "Where no route leads there, the route 'relay' is made or changed. Back again: 'relay use "
        "direct'.\n\n"
        "Examples:\n"
        "  mailstackctl relay to smart.example.net\n"
        "  mailstackctl relay to 192.0.2.25 --port 25 --tls none");
    verb->callback([&run, wish] {
        if (wish->host == "direct" || wish->host == "local-only") {
            throw CLI::ValidationError("'" + wish->host + "' is a route, no host: 'relay use " + wish->host +
                                       "' switches to it");
        }
        run = [wish](const Options& options) { return use_host(options, *wish); };
    });
}

void add_secret_verb(CLI::App& parent, Run& run) {
    struct Arguments {
        std::string id;
        bool from_input = false;
    };
    auto* verb = parent.add_subcommand("secret", "Set the password of a relay's user: asks for it, twice");
    const auto arguments = std::make_shared<Arguments>();
    add_id_argument(*verb, arguments->id);
    verb->add_flag("--stdin", arguments->from_input, "Read it from standard input instead: one line");
    verb->footer(
        "Examples:\n"
        "  mailstackctl relay secret home\n"
        "  mailstackctl relay secret home --stdin < password.txt");
    verb->callback([&run, arguments] {
        run = [arguments](const Options& options) {
            return set_secret(options, arguments->id, arguments->from_input);
        };
    });
}

/// A verb with ID alone.
void add_id_verb(CLI::App& parent, Run& run, const std::string& name, const std::string& description,
                 ExitStatus (*call)(const Options&, const std::string&)) {
    auto* verb = parent.add_subcommand(name, description);
    const auto id = std::make_shared<std::string>();
    add_id_argument(*verb, *id);
    verb->footer("Examples:\n  mailstackctl relay " + name + " home");
    verb->callback(
        [&run, id, call] { run = [id, call](const Options& options) { return call(options, *id); }; });
}

}  // namespace

void add_relay_verbs(CLI::App& parent, Run& run) {
    add_relay_list_verb(parent, run);
    add_use_verb(parent, run);
    add_id_verb(parent, run, "test", "Connect as sendmail would, step by step; sends no mail", test_route);
    add_relay_add_verb(parent, run);
    add_relay_set_verb(parent, run);
    add_secret_verb(parent, run);
    add_id_verb(parent, run, "remove", "Remove a relay and its password", remove_route);
    add_to_verb(parent, run);
    auto* flush = parent.add_subcommand("flush", "Run the queue once, now");
    flush->footer("Examples:\n  mailstackctl relay flush");
    flush->callback([&run] { run = flush_queue; });
    auto* sender = parent.add_subcommand("sender", "Senders whose mail leaves by a route of their own");
    sender->require_subcommand(0, 1);
    sender->footer("Examples:\n  mailstackctl relay sender list\n  mailstackctl relay sender add --help");
    add_relay_sender_verbs(*sender, run);
}

}  // namespace mailstack::client

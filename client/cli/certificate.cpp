// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The verbs of `cert` on the command line.

#include "certificate.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "arguments.hpp"

namespace mailstack::client {
namespace {

constexpr std::uint32_t longest_days = 823;

/// One name for each --name, so that none of them is taken for an argument that follows.
void add_names_option(CLI::App& verb, std::vector<std::string>& names, const std::string& description) {
    verb.add_option("--name", names, description)
        ->type_name("NAME")
        ->check(utf8_argument().description(""))
        ->allow_extra_args(false);
}

void add_show_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand(
        "show", "Show the certificate, ask sendmail whether it is served, tell what to do");
    verb->footer(
        "The exit status is 1 where it is not served, or nobody should take it.\n\n"
        "Examples:\n"
        "  mailstackctl cert show\n"
        "  mailstackctl cert show --json | jq .days_left");
    verb->callback([&run] { run = show_certificate; });
}

void add_rotate_verb(CLI::App& parent, Run& run) {
    auto* verb =
        parent.add_subcommand("rotate", "Make a new key and a self-signed certificate; served at once");
    const auto wish = std::make_shared<RotateWish>();
    verb->add_option(
            "--key", wish->key,
            "ecdsa-p256 (the default), ecdsa-p384, rsa-2048, rsa-3072, rsa-4096, or keep: the same key")
        ->type_name("KIND")
        ->check(CLI::IsMember({"ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072", "rsa-4096", "keep"})
                    .description(""));
    add_names_option(*verb, wish->names, "A name that it is for; by default all names of this machine");
    verb->add_option("--days", wish->days, "How long it is valid: 1 to 823 days, 823 by default")
        ->type_name("N")
        ->check(CLI::Range(std::uint32_t{1}, longest_days).description(""));
    verb->footer(
        "It renews itself, with the same key, before it expires.\n\n"
        "Examples:\n"
        "  mailstackctl cert rotate\n"
        "  mailstackctl cert rotate --key rsa-3072 --days 90\n"
        "  mailstackctl cert rotate --name mail.example.org --name example.org --json");
    verb->callback([&run, wish] {
        run = [wish](const Options& options) { return rotate_certificate(options, *wish); };
    });
}

void add_install_verb(CLI::App& parent, Run& run) {
    auto* verb =
        parent.add_subcommand("install", "Install a certificate that somebody issued; served at once");
    const auto wish = std::make_shared<InstallWish>();
    verb->add_option("CHAIN", wish->chain, "A file in PEM: the server's certificate, then each one's issuer")
        ->type_name("")
        ->required();
    verb->add_option("KEY", wish->key,
                     "A file in PEM: its key, without a passphrase; left away after 'cert request'")
        ->type_name("");
    verb->footer(
        "The exit status is 12 where it is for no name of this machine.\n\n"
        "Examples:\n"
        "  mailstackctl cert install fullchain.pem privkey.pem\n"
        "  mailstackctl cert install answer.pem");
    verb->callback([&run, wish] {
        run = [wish](const Options& options) { return install_certificate(options, *wish); };
    });
}

void add_request_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand(
        "request", "Make a key, which stays here, and a request for an authority to issue a certificate");
    const auto wish = std::make_shared<RequestWish>();
    add_names_option(*verb, wish->names, "A name that it is to be for; by default all names of this machine");
    verb->add_option("--output", wish->output, "Write the request into this file, which must not exist")
        ->type_name("FILE");
    verb->footer(
        "The answer is installed without a key: 'mailstackctl cert install CHAIN'.\n\n"
        "Examples:\n"
        "  mailstackctl cert request --output mail.csr\n"
        "  mailstackctl cert request --name mail.example.org --name example.org");
    verb->callback([&run, wish] {
        run = [wish](const Options& options) { return request_certificate(options, *wish); };
    });
}

}  // namespace

void add_certificate_verbs(CLI::App& parent, Run& run) {
    add_show_verb(parent, run);
    add_rotate_verb(parent, run);
    add_install_verb(parent, run);
    add_request_verb(parent, run);
}

}  // namespace mailstack::client

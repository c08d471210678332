// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// `alias import`.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "format.hpp"
#include "password_agent.hpp"
#include "progress.hpp"
#include "sealed_copy.hpp"
#include "session.hpp"

namespace mailstack::client {
namespace {

struct ImportArguments {
    std::string file;
    std::string on_conflict = "fail";
};

/// systemd-stdio-bridge, which -H talks through, hands no descriptors on, so the call can only fail there.
void refuse_remote(const Options& options, const ImportArguments& arguments) {
    if (!options.host.empty()) {
        throw Failure(
            ExitStatus::Usage, "", "'alias import' cannot work with -H: a file descriptor does not cross ssh",
            "Run it there instead: ssh " + options.host + " mailstackctl alias import --on-conflict " +
                arguments.on_conflict + " - < " + (arguments.file == "-" ? "FILE" : arguments.file));
    }
}

void print_counts(const Options& options, const ImportCounts& counts) {
    if (options.json) {
        std::cout << line_of({{"generation", counts.generation},
                              {"live", true},
                              {"added", counts.added},
                              {"replaced", counts.replaced},
                              {"kept", counts.kept}});
    } else {
        std::cout << grouped(counts.added) << " added, " << grouped(counts.replaced) << " replaced, "
                  << grouped(counts.kept) << " kept: live as generation " << counts.generation << '\n';
    }
}

ExitStatus import(const Options& options, const ImportArguments& arguments) {
    refuse_remote(options, arguments);
    const sdbus::UnixFd text(sealed_copy(arguments.file).get());  // a duplicate, which goes with the message
    ImportCounts counts;
    {
        ProgressBar bar;
        const auto session = open_session(
            options,
            {.import_progress = [&bar](std::uint64_t done, std::uint64_t total) { bar.show(done, total); }});
        const PasswordAgent agent(options);
        counts = session.daemon->import(text, arguments.on_conflict);
    }
    print_counts(options, counts);
    return ExitStatus::Done;
}

}  // namespace

void add_alias_import_verb(CLI::App& parent, Run& run) {
    auto* verb = parent.add_subcommand("import", "Add many aliases in one change: all of them or none");
    const auto arguments = std::make_shared<ImportArguments>();
    verb->add_option("FILE", arguments->file, "Text in the syntax of aliases(5); - for standard input")
        ->required();
    verb->add_option("--on-conflict", arguments->on_conflict,
                     "What to do with a name that exists with other recipients")
        ->check(CLI::IsMember({"fail", "keep", "replace"}))
        ->capture_default_str();
    verb->footer(
        "Examples:\n"
        "  mailstackctl alias import new-aliases.txt\n"
        "  mailstackctl alias import --on-conflict replace - < aliases.txt");
    verb->callback([&run, arguments] {
        run = [arguments](const Options& options) { return import(options, *arguments); };
    });
}

}  // namespace mailstack::client

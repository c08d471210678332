// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// mailstackd: the wiring.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/real_disk.hpp"
#include "bus/service.hpp"
#include "engine/recovery.hpp"
#include "engine/writer.hpp"

namespace {

/// The signals that the loop takes; blocked here, before there is a thread that would inherit less.
void block_signals() {
    sigset_t taken;
    ::sigemptyset(&taken);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        ::sigaddset(&taken, number);
    }
    ::pthread_sigmask(SIG_BLOCK, &taken, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

int recover(const mailstack::Layout& layout) {
    mailstack::RealDisk disk;
    mailstack::log::info(mailstack::recover(layout, disk) ? "undid on disk what a crash left half done"
                                                          : "nothing to recover");
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        CLI::App app{
            "The mailstack daemon: owns the mail configuration and serves org.mailstack1 on the system bus."};
        std::string sandbox;
        std::string sendmail = "/usr/sbin/sendmail-mta";
        bool recover_only = false;
        app.add_option("--sandbox", sandbox,
                       "Keep everything below this directory, and run its sendmail as a child")
            ->check(CLI::ExistingDirectory);
        app.add_option("--sendmail", sendmail, "The sendmail that is asked, and that a sandbox runs")
            ->capture_default_str();
        app.add_flag("--recover", recover_only, "Undo on disk what a crash left half done, then exit");
        app.set_version_flag("--version", "mailstackd " MAILSTACK_VERSION);
        CLI11_PARSE(app, argc, argv);

        const mailstack::Layout layout{sandbox.empty() ? "" : std::filesystem::canonical(sandbox).string()};
        if (recover_only) {
            return recover(layout);
        }
        block_signals();
        return mailstack::serve({layout, sendmail});
    } catch (const std::exception& error) {
        mailstack::log::error(error.what());
        return EXIT_FAILURE;
    }
}

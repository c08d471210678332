// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "password_agent.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

namespace mailstack::client {
namespace {

constexpr const char* program = "/usr/bin/pkttyagent";
constexpr int longest_registration_ms = 10'000;

bool wanted(const Options& options) {
    return options.ask_password && options.host.empty() && geteuid() != 0 && isatty(STDIN_FILENO) == 1 &&
           access(program, X_OK) == 0;
}

/// In the child, where only async-signal-safe calls are allowed: `notify` is what the agent closes when it is
/// ready.
[[noreturn]] void run_agent(pid_t parent, int notify, const char* notify_text) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() == parent && fcntl(notify, F_SETFD, 0) == 0) {
        execl(program, program, "--notify-fd", notify_text, "--fallback", nullptr);
    }
    _exit(127);
}

}  // namespace

PasswordAgent::PasswordAgent(const Options& options) {
    std::array<int, 2> ends{};
    if (!wanted(options) || pipe2(ends.data(), O_CLOEXEC) != 0) {
        return;
    }
    const auto [ready, notify] = ends;
    const std::string notify_text = std::to_string(notify);
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ == 0) {
        run_agent(parent, notify, notify_text.c_str());
    }
    close(notify);
    pollfd closed{ready, 0, 0};  // POLLHUP comes by itself, when the agent closes its end or ends
    poll(&closed, 1, longest_registration_ms);
    close(ready);
}

PasswordAgent::~PasswordAgent() {
    if (pid_ > 0) {
        kill(pid_, SIGTERM);
        waitpid(pid_, nullptr, 0);
    }
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/child_mta.hpp"

#include <csignal>
#include <utility>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/file_facts.hpp"
#include "base/log.hpp"
#include "base/run.hpp"
#include "engine/pid_file.hpp"
#include "engine/route_probe.hpp"
#include "engine/smtp_probe.hpp"

namespace mailstack {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

}  // namespace

ChildMta::ChildMta(Layout layout, std::string program)
    : layout_(std::move(layout)), program_(std::move(program)) {
    if (::access(program_.c_str(), X_OK) == 0 && !read_if_regular(layout_.sendmail_cf()).empty()) {
        end_left_behind();
        start();
    }
}

std::string ChildMta::configuration() const {
    return read_if_regular(layout_.sendmail_cf());
}

std::string ChildMta::pid_file() const {
    return cf_value(configuration(), "PidFile");
}

/// A daemon that a killed mailstackd left holds our ports. Only one whose command line names this sandbox is
/// ended.
void ChildMta::end_left_behind() const {
    const pid_t pid = pid_in_file(pid_file());
    if (pid == 0 ||
        read_if_regular("/proc/" + std::to_string(pid) + "/cmdline").find(layout_.sendmail_cf()) ==
            std::string::npos) {
        return;
    }
    log::notice("ending the sendmail that an earlier run left behind, process " + std::to_string(pid));
    ::kill(pid, SIGKILL);
    const auto deadline = steady_clock::now() + seconds(5);
    while (::kill(pid, 0) == 0 && steady_clock::now() < deadline) {
        ::usleep(2000);
    }
}

void ChildMta::start() {
    const std::string before = file_stamp(pid_file());
    {
        const std::scoped_lock lock(guard_);
        child_.emplace(Command{{program_, "-C", layout_.sendmail_cf(), "-bD", "-q1m"}});
        end_told_ = false;
    }
    await_new_pid_file(pid_file(), before, steady_clock::now() + seconds(30));
    prove({});
}

MtaState ChildMta::state() const {
    const std::scoped_lock lock(guard_);
    if (!child_) {
        return MtaState::Absent;
    }
    if (child_->running()) {
        return MtaState::Running;
    }
    if (!std::exchange(end_told_, true)) {
        log::warning("the sandbox's sendmail ended, " + child_->ending());
    }
    return MtaState::Stopped;
}

std::string ChildMta::unit() const {
    const std::scoped_lock lock(guard_);
    return child_ ? program_ : "";
}

void ChildMta::reload() {
    if (state() != MtaState::Running) {
        throw Error(Code::NoMta, "the sandbox's sendmail does not run");
    }
    const std::string before = file_stamp(pid_file());
    {
        const std::scoped_lock lock(guard_);
        child_->signal(SIGHUP);
    }
    await_new_pid_file(pid_file(), before, steady_clock::now() + seconds(30));
}

void ChildMta::restart() {
    if (unit().empty()) {
        throw Error(Code::NoMta, "the sandbox has no sendmail: " + program_ + " or " + layout_.sendmail_cf() +
                                     " is absent");
    }
    {
        const std::scoped_lock lock(guard_);
        child_->signal(SIGTERM);
        child_->wait(seconds(5));
        child_.reset();
    }
    start();
}

void ChildMta::prove(const std::vector<std::string>& certificates) {
    prove_smtp(configuration(), steady_clock::now() + seconds(30), certificates);
}

void ChildMta::prove_route(const std::string& route) {
    mailstack::prove_route(configuration(), route, steady_clock::now() + seconds(30));
}

void ChildMta::flush_queue() {
    run({{program_, "-C", layout_.sendmail_cf(), "-qf"}});
}

void ChildMta::prove_delivery() {}

void ChildMta::enable() {}

void ChildMta::bring_up(const std::string& /*unit*/) {}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/child.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/identity_calls.hpp"

namespace mailstack {
namespace {

void default_signals() {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);  // what is ignored stays ignored over execve(2)
}

/// The inherited ones go through numbers above all that are wanted, so that none is overwritten before it is
/// moved; the report goes there for good.
bool arrange_descriptors(const ChildPlan& plan, int& report) {
    const std::vector<int>& inherited = plan.command.inherited;
    const int count = static_cast<int>(inherited.size());
    const int above = STDERR_FILENO + 1 + count;
    report = ::fcntl(plan.report, F_DUPFD_CLOEXEC, above);
    for (int i = 0; i < count; ++i) {
        plan.room[i] = ::fcntl(inherited.data()[i], F_DUPFD_CLOEXEC, above);
        if (plan.room[i] < 0) {
            return false;
        }
    }
    const StandardStreams& streams = plan.streams;
    const int input = streams.input >= 0 ? streams.input : ::open("/dev/null", O_RDWR);
    if (report < 0 || input < 0 || ::dup2(input, STDIN_FILENO) < 0 ||
        (streams.output >= 0 && ::dup2(streams.output, STDOUT_FILENO) < 0) ||
        (streams.errors >= 0 && ::dup2(streams.errors, STDERR_FILENO) < 0)) {
        return false;
    }
    for (int i = 0; i < count; ++i) {
        if (::dup2(plan.room[i], STDERR_FILENO + 1 + i) < 0) {
            return false;
        }
    }
    ::close_range(static_cast<unsigned>(above), static_cast<unsigned>(report) - 1, 0);
    ::close_range(static_cast<unsigned>(report) + 1, ~0U, 0);
    return true;
}

/// Not dumpable from then on until execve(2): this is still a copy of the daemon's memory.
bool change_identity(const std::optional<UserIdentity>& as) {
    return !as || (::prctl(PR_SET_DUMPABLE, 0) == 0 &&
                   ::syscall(set_groups_call, as->groups.size(), as->groups.data()) == 0 &&
                   ::syscall(set_group_ids_call, as->group, as->group, as->group) == 0 &&
                   ::syscall(set_user_ids_call, as->user, as->user, as->user) == 0 &&
                   ::prctl(PR_SET_DUMPABLE, 0) == 0);
}

/// Never above what we have: raising a hard limit is a privilege.
bool limit(__rlimit_resource resource, const std::optional<std::uint64_t>& most) {
    struct rlimit present {};
    if (!most) {
        return true;
    }
    if (::prlimit(0, resource, nullptr, &present) != 0) {
        return false;
    }
    const rlim_t least = std::min<rlim_t>(*most, present.rlim_max);
    const struct rlimit wanted { least, least };
    return ::prlimit(0, resource, &wanted, nullptr) == 0;
}

bool apply(const ResourceLimits& limits) {
    return limit(RLIMIT_CPU, limits.cpu_seconds) && limit(RLIMIT_AS, limits.address_space) &&
           limit(RLIMIT_FSIZE, limits.file_size);
}

/// The kernel forgets the signal for the parent's death when the identity changes.
bool follow_parent(pid_t parent) {
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
}

}  // namespace

void become(const ChildPlan& plan) {
    const Command& command = plan.command;
    int report = plan.report;
    default_signals();
    if (arrange_descriptors(plan, report) && ::setpgid(0, 0) == 0 && change_identity(command.as) &&
        follow_parent(plan.parent) &&
        (command.directory.empty() || ::chdir(command.directory.c_str()) == 0) &&
        (!command.no_new_privileges || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) &&
        apply(command.resources)) {
        ::execve(plan.arguments[0], plan.arguments, plan.environment);
    }
    const int number = errno;
    [[maybe_unused]] const auto written = ::write(report >= 0 ? report : plan.report, &number, sizeof number);
    ::_exit(127);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Child processes: an argument list (never a shell), an environment of its own, no descriptor but the three
/// standard ones and those that it is given; as another user, and within limits, where that is wanted.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.hpp"

namespace mailstack {

/// Whom a process acts as: real, effective and saved ids alike.
struct UserIdentity {
    uid_t user = 0;
    gid_t group = 0;
    std::vector<gid_t> groups{};  ///< the supplementary groups, all of them
};

/// What a process may use, each a hard limit of getrlimit(2); nothing: what this process may.
///
/// They are set with prlimit(2), which is in systemd's filter set @default; setrlimit(2) is in @resources,
/// which the daemon's unit denies.
struct ResourceLimits {
    std::optional<std::uint64_t> cpu_seconds{};    ///< RLIMIT_CPU: SIGKILL behind it
    std::optional<std::uint64_t> address_space{};  ///< RLIMIT_AS, octets: an allocation fails behind it
    std::optional<std::uint64_t>
        file_size{};  ///< RLIMIT_FSIZE, octets: SIGXFSZ; pipes and sockets are no files
};

struct Command {
    std::vector<std::string> arguments;  ///< [0] is the program's absolute path
    std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
    std::string directory{};  ///< where it runs, entered as `as` if that is given; "" is where we run
    /// Nothing: as we. Needs CAP_SETGID and CAP_SETUID, and CAP_KILL for it to be killed later. Of what is
    /// ours the child's owner sees nothing: it cannot be traced before it has become the program.
    std::optional<UserIdentity> as{};
    bool no_new_privileges = false;  ///< set-id bits of what it executes do not count (PR_SET_NO_NEW_PRIVS)
    std::vector<int> inherited{};    ///< descriptors that it has as 3, 4, ..., in this order
    ResourceLimits resources{};
};

/// Descriptors that a child gets as its standard streams; -1: input from /dev/null, the others as ours.
struct StandardStreams {
    int input = -1, output = -1, errors = -1;
};

/// A child that runs; killed and reaped when this goes. The kernel kills it too when the thread that started
/// it ends (unless the program is set-id, for which the kernel drops that).
class Process {
  public:
    /// Throws Error{IoFailed} that names the program where it cannot be executed, or not as the command says:
    /// it never runs with more than that.
    explicit Process(const Command& command, StandardStreams streams = {});
    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();

    pid_t pid() const noexcept { return pid_; }
    int handle() const noexcept { return handle_.get(); }  ///< a pidfd: readable when it has ended
    bool running();
    void signal(int number);
    /// How it ended, in words: "with exit status 1", "by signal 9"; "" while it runs.
    std::string ending();
    /// The exit status as waitpid(2) gives it, or nothing where the child still runs after `patience`.
    std::optional<int> wait(std::chrono::milliseconds patience);

  private:
    pid_t pid_ = -1;
    Descriptor handle_;  ///< a pidfd: a number that is never another process's
    std::optional<int> status_;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Child processes: an argument list (never a shell), an environment of its own, no descriptor but the three
/// standard ones.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.hpp"

namespace mailstack {

struct Command {
    std::vector<std::string> arguments;  ///< [0] is the program's absolute path
    std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
    std::string directory{};  ///< where it runs; "" is where we run
};

/// Descriptors that a child gets as its standard streams; -1: input from /dev/null, the others as ours.
struct StandardStreams {
    int input = -1, output = -1, errors = -1;
};

/// A child that runs; killed and reaped when this goes. The kernel kills it too when the thread that started
/// it ends (unless the program is set-id, for which the kernel drops that).
class Process {
  public:
    /// Throws Error{IoFailed} that names the program where it cannot be executed.
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

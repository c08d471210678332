// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What a child does between fork(2) and execve(2): calls that are safe in the fork of a process with
/// threads, and no allocation.
#pragma once

#include "base/process.hpp"

namespace mailstack {

/// All that the child needs, made before the fork.
struct ChildPlan {
    const Command& command;
    char* const* arguments;    ///< as execve(2) wants them
    char* const* environment;  ///< the same
    StandardStreams streams;
    int* room;     ///< as many numbers as command.inherited has
    pid_t parent;  ///< it does not run on where this has ended already
    int report;    ///< gets errno where the program cannot be executed; closed by the execve
};

[[noreturn]] void become(const ChildPlan& plan);

}  // namespace mailstack

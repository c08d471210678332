// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A child process run to its end: what it is given on standard input, what it answers, and no more time or
/// memory than it may have.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/process.hpp"

namespace mailstack {

struct RunLimits {
    std::chrono::milliseconds patience{30000};    ///< from the start until the child has ended
    std::size_t output = std::size_t{16} << 20U;  ///< octets of its standard output
    std::size_t errors = std::size_t{1} << 20U;   ///< octets of its standard error
};

/// How a child ended, and what it said.
struct Ended {
    int status = 0;  ///< as waitpid(2) gives it
    std::string output{}, errors{};

    bool success() const noexcept { return status == 0; }
    /// "with exit status 1", "by signal 9".
    std::string ending() const;
};

/// Runs `command` with `input` as its standard input, and waits for its end. A child that does not read all
/// of its input is no error. When it ends, so does whatever it left running in its process group; what such a
/// process writes later is not waited for. Blocks the calling thread, for no longer than `limits.patience`.
///
/// Throws Error that names the program: {Timeout} and {LimitExceeded} after its process group was killed,
/// {IoFailed} where it cannot be run.
Ended run(const Command& command, std::string_view input = {}, const RunLimits& limits = {});

}  // namespace mailstack

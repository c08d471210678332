// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// polkit's password prompt on the terminal, for as long as a command that may need it runs.
#pragma once

#include <sys/types.h>

#include "verbs.hpp"

namespace mailstack::client {

/// Runs pkttyagent(1) as systemd's tools do: only for another user than root, on this machine, with a
/// terminal for standard input, and where the user did not forbid it. Where there is no pkttyagent nothing
/// happens: the daemon's answer then says what is missing.
class PasswordAgent {
  public:
    /// Returns when the agent is registered with polkit, or cannot be.
    explicit PasswordAgent(const Options& options);
    PasswordAgent(const PasswordAgent&) = delete;
    PasswordAgent& operator=(const PasswordAgent&) = delete;
    ~PasswordAgent();

  private:
    pid_t pid_ = -1;
};

}  // namespace mailstack::client

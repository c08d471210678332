// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// sendmail's pid file: written anew when the daemon starts and whenever it runs itself anew after SIGHUP, so
/// that its change tells that the daemon that answers is younger than our call.
///
///     file = pid LF command-line LF          (sendmail 8.17, sendmail_pid file of finis/daemon startup)
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

namespace mailstack {

/// The process that the file names, or 0.
pid_t pid_in_file(const std::string& path);

/// Returns when the stamp is neither `before` nor "". Throws Error{Timeout}.
void await_new_pid_file(const std::string& path, const std::string& before,
                        std::chrono::steady_clock::time_point deadline);

}  // namespace mailstack

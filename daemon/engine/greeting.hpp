// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The proof that an SMTP daemon answers: connect to each port that sendmail.cf names and read its greeting.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "formats/cf_options.hpp"

namespace mailstack {

/// Returns when each of `ports` has greeted with 220; tries again until then, since a daemon that starts or
/// that throttles (Debian's default: 15 connections a second, a pause of one second before the greeting)
/// refuses at first. A port of family unix, an optional one that refuses and one that speaks TLS first are
/// not asked for a greeting. Throws Error{MtaFailed} that names the port and what it said.
void prove_greeting(const std::vector<DaemonPort>& ports, std::chrono::steady_clock::time_point deadline);

}  // namespace mailstack

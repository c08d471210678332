// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The daemon put together: connection, loop, polkit, MTA, writer, objects; and the order in which they begin
/// and end.
#pragma once

#include <string>

#include "engine/layout.hpp"

namespace mailstack {

struct ServiceOptions {
    Layout layout;
    std::string sendmail;  ///< the program that a sandbox runs; unused on the machine itself
};

/// Serves until it is told to end or has been idle for long. Gives the exit status. SIGTERM, SIGINT and
/// SIGHUP must be blocked before any thread starts. Throws where it cannot begin.
int serve(const ServiceOptions& options);

}  // namespace mailstack

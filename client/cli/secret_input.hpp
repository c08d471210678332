// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A secret on its way from a person or a pipe to a sealed memory file: never in an argument, never shown,
/// wiped from this program's memory.
#pragma once

#include <string>

#include "base/descriptor.hpp"

namespace mailstack::client {

/// One line of standard input, up to its end. Throws Failure: a terminal, nothing, more than a line, too
/// long.
Descriptor secret_from_input();

/// Asks twice on the process's terminal, with echo off, which comes back whatever signal ends the program; a
/// stop (Ctrl-Z) asks anew. `what` begins the questions: "Password of alice". Throws Failure: no terminal,
/// nothing typed, too long, the two differ.
Descriptor secret_from_terminal(const std::string& what);

}  // namespace mailstack::client

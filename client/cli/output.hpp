// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What more than one verb writes to standard output and standard error.
#pragma once

#include <cstdint>
#include <string>

#include "failure.hpp"
#include "verbs.hpp"

namespace mailstack::client {

/// A change that is live: "team: live as generation 12", or {"generation":12,"live":true}.
void print_live(const Options& options, const std::string& what, std::uint64_t generation);

/// Message and advice on standard error; with --json an object on standard output as well, so that a program
/// reads one stream only.
void print_failure(const Options& options, const Failure& failure);

}  // namespace mailstack::client

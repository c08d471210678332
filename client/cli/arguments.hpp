// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Checks of arguments that need no daemon.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace mailstack::client {

/// Refuses what D-Bus cannot carry, and says how to write it instead.
CLI::Validator utf8_argument();

/// A required argument that goes to the daemon as it is.
CLI::Option* add_name_argument(CLI::App& verb, const std::string& name, std::string& value,
                               const std::string& description);

/// CLI11 reads "[a,b]" as a list of two. Throws CLI::ValidationError where one of `arguments` looks like
/// that, so that a recipient never silently becomes two. An argument that is no list ("[192.0.2.7]" as a key)
/// CLI11 leaves alone.
void refuse_bracketed(const std::vector<std::string>& arguments);

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Questions as lines of sendmail's address test mode.
#pragma once

#include <string>

#include "base/run.hpp"
#include "engine/address_test.hpp"

namespace mailstack {

/// The line, without its end. Throws Error{InvalidArgument} as ask() does.
std::string command_line(const Question& question);

/// Throws Error{InvalidArgument} unless `address` is one address that sendmail cannot take for anything else.
void check_address(const std::string& address);

/// sendmail, told its .cf and that DNS must not make a probe slow: one try of one second.
Command sendmail_command(const AddressTest& test, std::vector<std::string> words);
RunLimits sendmail_limits(const AddressTest& test);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Answers out of what sendmail's address test mode prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/address_test.hpp"

namespace mailstack {

/// The lines of what sendmail printed that are neither empty nor warnings about directories.
std::vector<std::string_view> output_lines(std::string_view output);
std::vector<std::string_view> output_lines(std::string&& output) = delete;

/// The answer to `question` in what was printed for it, prompts left out. Throws Error{MtaFailed} where it is
/// none.
AddressAnswer read_answer(const Question& question, std::string_view output);

/// "mailer M, host H, user U".
Resolution read_mailer_line(std::string_view line);

}  // namespace mailstack

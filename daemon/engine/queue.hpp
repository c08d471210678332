// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// The MTA's queue, read only: how many messages wait for elsewhere.
///
///     queue     = directory / directory with "*" in its last part       ; option QueueDirectory, several with "*"
///     message   = a file qf* there, or in its subdirectory qf
///     recipient = "R" *flag ":" address LF                              ; one of its lines, among others
///
/// Source: the Sendmail Installation and Operation Guide, appendix B ("The Queue Control File") and section 2.3.1.
// clang-format on
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// Whether the control file of a message names a recipient whose domain is none of `local_hosts` (folded).
bool waits_for_elsewhere(std::string_view control_file, const std::vector<std::string>& local_hosts);

/// Throws Error{IoFailed} where a queue directory that is there cannot be read. `cf`: a sendmail.cf's text.
std::uint32_t count_queued(std::string_view cf, const std::vector<std::string>& local_hosts);

}  // namespace mailstack

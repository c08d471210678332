// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What is wrong with a sendmail.mc for certain, as far as the file itself tells: what m4, cf's macros or
/// sendmail reject, ignore or take in another way than it looks.
#pragma once

#include <string_view>

#include "formats/mc_scan.hpp"

namespace mailstack {

/// Adds to scan.problems, and sorts them by line:
///
/// - FEATURE or OSTYPE after MAILER; a MAILER or an OSTYPE twice; no OSTYPE (where no include could hold it);
///   LOCAL_TLS_* and their kind before the first MAILER
/// - a define of what an earlier FEATURE or MAILER has read already
/// - a define whose name m4 replaces, because it is not quoted and has a value; one with a comma too many
/// - white space before a "("; a word that only begins with dnl
/// - a call in a line that begins with "#", which m4 makes all the same
void add_mc_problems(std::string_view text, McScan& scan);

}  // namespace mailstack

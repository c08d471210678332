// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Which accounts can have recipes without harm.
#pragma once

#include "model/account.hpp"

namespace mailstack {

/// Throws Error{InvalidArgument} where the home directory has a "$" or a "`", which says what would be right:
/// procmail expands what /etc/passwd tells it, and runs what stands in backquotes, as root and before it
/// reads any file (measured; procmail.c, goodies.c readparse()). No line of a procmailrc could keep it from
/// that.
void require_plain_home(const Account& account);

}  // namespace mailstack

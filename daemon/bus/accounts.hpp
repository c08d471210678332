// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Which names are accounts of this machine.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace mailstack {

/// Whether the user database has `name` (getpwnam_r: /etc/passwd and whatever nsswitch.conf adds). Where the
/// database cannot be asked the answer is yes: the stricter one. Safe from any thread.
bool is_account(const std::string& name);

/// The uid of the account, or nothing where there is none. Throws Error{IoFailed} where the database cannot
/// be asked.
std::optional<uid_t> uid_of(const std::string& name);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Which names are accounts of this machine.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "model/account.hpp"

namespace mailstack {

/// Whether the user database has `name` (getpwnam_r: /etc/passwd and whatever nsswitch.conf adds). Where the
/// database cannot be asked the answer is yes: the stricter one. Safe from any thread.
bool is_account(const std::string& name);

/// The uid of the account, or nothing where there is none. Throws Error{IoFailed} where the database cannot
/// be asked.
std::optional<uid_t> uid_of(const std::string& name);

/// All that is told of the account, with its groups. Throws as uid_of(), and Error{InvalidArgument} for a
/// name that mailstack does not make recipes for.
std::optional<Account> account_of(const std::string& name);
std::optional<Account> account_of_uid(uid_t uid);

}  // namespace mailstack

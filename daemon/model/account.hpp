// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// An account of this machine, as the user database has it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/process.hpp"
#include "model/account_name.hpp"

namespace mailstack {

struct Account {
    AccountName name;
    UserIdentity identity{};
    std::string home{};  ///< absolute; "" where it has none
};

/// Nothing where the machine has no such account. Throws Error{InvalidArgument} for a name that no account
/// with recipes can have, Error{IoFailed} where nobody can tell.
using AccountOf = std::function<std::optional<Account>(const std::string& name)>;

}  // namespace mailstack

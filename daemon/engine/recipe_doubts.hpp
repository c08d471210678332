// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Why mail of an account may go another way than its recipes say: what mailstack did not write, or what is
/// not live.
#pragma once

#include <string>
#include <vector>

#include "engine/live_recipes.hpp"
#include "model/account.hpp"

namespace mailstack {

/// In the order in which a message meets them.
std::vector<std::string> recipe_doubts(const LiveRecipes& live);

/// The account's own .procmailrc, which gets what recipes leave; "" where there is none, or no way to tell.
std::string own_procmailrc(const Account& account);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Explain goes on into an account's recipes. Which of them matches only a message tells: TestMessage.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "engine/explain_step.hpp"
#include "engine/layout.hpp"
#include "model/account.hpp"

namespace mailstack {

/// Whether all of an account's recipes may be told: to the account itself and to root.
using MaySee = std::function<bool(const Account&)>;

/// "recipe" for each in its order, with the line of its YAML; "mailbox", where the rest goes; "unknown" for
/// hand-written files that take part, and for recipes that cannot be told, with the reason. None where the
/// machine has no account of the name; one "unknown" that says no more than whom to ask, where `may_see` does
/// not allow it. What `account_of` throws is told too.
std::vector<ExplainStep> recipe_steps(const Layout& layout, Disk& disk, const std::string& name,
                                      const AccountOf& account_of, const MaySee& may_see);

}  // namespace mailstack

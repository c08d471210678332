// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// One transaction: stage, check, record, swap, maps, activate and prove, commit. Until the commit mark is
/// durable, failure has one answer: undo (undo.hpp).
#pragma once

#include <vector>

#include "engine/file_locks.hpp"
#include "engine/render.hpp"
#include "engine/undo.hpp"

namespace mailstack {

/// Carries out the plan. On return everything is durable, live and committed, and `after` has the files' new
/// identities. The maps' locks are given up before the MTA is asked for anything. Throws Error where nothing
/// had been changed yet, RolledBack where it was undone.
void carry_out(const Workshop& workshop, const Plan& plan, const std::vector<CallerRecord>& callers,
               const Demand& demand, Configuration& after, FileLocks& locks);

}  // namespace mailstack

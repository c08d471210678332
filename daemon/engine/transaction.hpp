// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// One transaction: stage, record, swap, maps, activate and prove, commit. Until the commit mark is durable,
/// failure has one answer: undo (undo.hpp).
#pragma once

#include <functional>

#include "base/disk.hpp"
#include "base/error.hpp"
#include "engine/journal.hpp"
#include "engine/layout.hpp"
#include "engine/mta.hpp"
#include "engine/render.hpp"

namespace mailstack {

/// What a transaction needs besides its plan.
struct Workshop {
    const Layout& layout;
    Disk& disk;
    Mta& mta;
    Journal& journal;
    std::function<void()> beat;  ///< a sign of life for the watchdog, between steps
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;  ///< of a whole map, in aliases
};

/// A change was undone. `files_whole` false: the undo failed as well, the daemon must change nothing more.
struct RolledBack {
    Error cause;
    bool files_whole;
    std::string undo_failure;
    std::vector<std::string> notes;  ///< for the administrator: hand edits kept aside
};

/// Carries out the plan. On return everything is durable, live and committed, and `after` has the files' new
/// identities. Throws Error where nothing had been changed yet, RolledBack where it was undone.
void carry_out(const Workshop& workshop, const Plan& plan, const std::vector<CallerRecord>& callers,
               Activation activation, Configuration& after);

/// The MTA takes up what the files say, and proves it.
void activate(const Workshop& workshop, Activation activation);
/// After an undo: a reload if that serves, else a restart.
void activate_again(const Workshop& workshop);

}  // namespace mailstack

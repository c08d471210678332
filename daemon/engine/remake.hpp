// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Changes that make sendmail.cf anew: they need m4, and what the new .cf names is read from the disk.
#pragma once

#include "engine/apply.hpp"
#include "engine/workshop.hpp"

namespace mailstack {

bool remakes_cf(const Configuration& before, const Change& change);

/// A change of routes: sendmail.mc with what they need, the .cf made of it, then the change itself.
/// Reload, RebuildCf: sendmail.cf as sendmail.mc has it. Setup: sendmail.mc, the .cf made of it, and then the
/// ordinary changes of tables, domains and aliases, which are checked as if somebody had asked for each.
/// Throws as with_cf_made() (derive.hpp) and apply().
Applied apply_remaking(const Workshop& workshop, const Configuration& before, const Change& change);

}  // namespace mailstack

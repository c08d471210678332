// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The step between stage and record: what is staged is examined while nothing live has been touched.
#pragma once

#include "engine/render.hpp"
#include "engine/workshop.hpp"

namespace mailstack {

/// Makes a sendmail.cf in the stage that names the staged files, and has it examined. Costs some tenths of a
/// second, so only for what makes sendmail read its configuration anew. Throws as Programs::examine().
void check_staged(const Workshop& workshop, const Plan& plan, const Record& record,
                  const Configuration& after);

/// The same where no file changes and the MTA is to read them again: what it reads beside them, and their
/// owners and modes, may have changed since it read them last.
void check_unchanged(const Workshop& workshop, const Configuration& present);

}  // namespace mailstack

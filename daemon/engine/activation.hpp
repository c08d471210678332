// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The last steps before the commit: the MTA takes up what the files say, and proves it.
#pragma once

#include "engine/workshop.hpp"

namespace mailstack {

/// Throws what Mta's calls throw. An MTA that does not run is not reloaded: it reads the files when it
/// starts. Where the demand is to bring it up it is started.
void activate(const Workshop& workshop, const Demand& demand);

/// After an undo: a reload if that serves, else a restart. `ran`: the MTA ran before the change, so that it
/// is to run again even where the change has ended it.
/// `may_restart`: a restart had been asked for or allowed, so that an MTA that cannot reload is restarted.
void activate_again(const Workshop& workshop, bool ran, bool may_restart);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The stage, Layout::stage()/GENERATION: new texts, and copies of maps that are rebuilt, before anything
/// live is touched. Nothing is staged for what is changed in place.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/render.hpp"
#include "engine/undo.hpp"

namespace mailstack {

/// Stages the plan, durably, and returns the record of what is about to be done. Throws Error; RolledBack
/// with Code::Busy where a text was edited since it was read.
Record stage(const Workshop& workshop, const Plan& plan, const std::vector<CallerRecord>& callers,
             Activation activation);

/// The Busy of a file that is no longer what was read.
Error edited_meanwhile(const std::string& path);

/// Where the files of a transaction are staged.
std::string stage_directory(const Layout& layout, std::uint64_t generation);

/// Whether anything was staged for it.
bool has_staged(const Record& record);

/// Removes the stage of one generation; of all with 0. Throws Error.
void remove_stage(const Layout& layout, Disk& disk, std::uint64_t generation);

/// What lies in the stage is needed no more; what cannot be removed now goes at the next start.
void clear_stage(const Workshop& workshop, std::uint64_t generation);

}  // namespace mailstack

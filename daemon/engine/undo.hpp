// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Undo: the one answer to failure and to crash, until a transaction is committed.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/file_locks.hpp"
#include "engine/record.hpp"
#include "engine/workshop.hpp"

namespace mailstack {

/// Something that the administrator should know of an undo.
struct UndoNote {
    std::string text;
    bool until_repeated = false;  ///< settled once the same change goes through
};

/// A change was undone. `files_whole` false: the undo failed as well, the daemon must change nothing more.
struct RolledBack {
    Error cause;
    bool files_whole;
    std::string undo_failure;
    std::vector<UndoNote> notes;  ///< hand edits that were kept aside or left in place
};

/// What is undone: a step that failed, with all that is known of it, or what a crash left.
enum class After { Failure, Crash };

/// Puts the files back as the record says they were; safe to run again after a crash of its own. Durable on
/// return, the journal cut back. Returns notes for the administrator: hand edits that were kept aside
/// (Layout::kept) or left in place. Throws Error where the disk fails: then the state is Degraded.
std::vector<UndoNote> undo_files(const Layout& layout, Disk& disk, Journal& journal, const Record& record,
                                 After after);

/// Whether the MTA may have taken up what is undone: Running where it ran before, so that it is to run again.
enum class Activated { No, Running, Other };

/// Undoes within the running daemon: files, then the MTA if it had been `activated`.
RolledBack undo_live(const Workshop& workshop, const Record& record, const Error& cause, Activated activated,
                     bool may_restart, FileLocks& locks);

}  // namespace mailstack

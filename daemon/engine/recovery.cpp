// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/recovery.hpp"

#include <chrono>

#include "engine/file_locks.hpp"
#include "engine/stage.hpp"
#include "engine/undo.hpp"

namespace mailstack {

Recovered recover_files(const Layout& layout, Disk& disk, Journal& journal) {
    Recovered recovered;
    if (const auto pending = journal.pending()) {
        recovered.undone = true;
        recovered.activation = pending->activation;
        const auto locks = lock_files(disk, *pending);
        for (const UndoNote& note : undo_files(layout, disk, journal, *pending, After::Crash)) {
            recovered.note += (recovered.note.empty() ? "" : "; ") + note.text;
        }
    }
    remove_stage(layout, disk, 0);
    return recovered;
}

bool recover(const Layout& layout, Disk& disk) {
    if (!disk.identity(layout.record()).exists()) {
        return false;
    }
    const auto only_one = disk.lock(layout.home(), std::chrono::seconds(10));
    Journal journal(layout, disk);
    const bool pending = journal.pending().has_value();
    recover_files(layout, disk, journal);
    return pending;
}

}  // namespace mailstack

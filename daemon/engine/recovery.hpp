// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What a crash left half done is undone: on disk before the MTA starts, in the running MTA by the daemon.
#pragma once

#include <string>

#include "engine/journal.hpp"
#include "engine/layout.hpp"
#include "engine/mta.hpp"

namespace mailstack {

struct Recovered {
    bool undone = false;
    Activation activation = Activation::None;  ///< what the running MTA then needs
    std::string note;
};

/// Undoes on disk, under the locks that the transaction had. Throws Error: Busy where somebody holds one.
Recovered recover_files(const Layout& layout, Disk& disk, Journal& journal);

/// `mailstackd --recover`: undoes on disk what a crash left half done. Touches files only, needs no MTA.
/// True: something was undone.
bool recover(const Layout& layout, Disk& disk);

}  // namespace mailstack

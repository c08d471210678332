// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The locks that sendmail's own programs take: newaliases and makemap wait for us, and we for them.
#pragma once

#include <memory>
#include <vector>

#include "base/disk.hpp"
#include "engine/configuration.hpp"
#include "engine/record.hpp"

namespace mailstack {

/// sendmail waits for a map's lock at each look-up, before its greeting too (access): maps are locked only
/// while they are written, texts until the commit.
struct FileLocks {
    std::vector<std::unique_ptr<FileLock>> texts;
    std::vector<std::unique_ptr<FileLock>> maps;
};

/// Each text before its map, as newaliases does it. Throws Error{Busy} when somebody holds one longer than
/// ten seconds.
FileLocks lock_files(Disk& disk, const std::vector<Managed>& files);

/// Of what a transaction was about to change.
FileLocks lock_files(Disk& disk, const Record& record);

/// Of its maps alone.
std::vector<std::unique_ptr<FileLock>> lock_maps(Disk& disk, const Record& record);

}  // namespace mailstack

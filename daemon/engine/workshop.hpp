// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <functional>

#include "base/disk.hpp"
#include "engine/journal.hpp"
#include "engine/layout.hpp"
#include "engine/mta.hpp"
#include "engine/programs.hpp"

namespace mailstack {

/// What a transaction needs besides its plan.
struct Workshop {
    const Layout& layout;
    Disk& disk;
    Mta& mta;
    const Programs& programs;
    Journal& journal;
    std::function<void()> beat;  ///< a sign of life for the watchdog, between steps
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;  ///< of a whole map, in aliases
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What readers see: one immutable picture of the last published state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/configuration.hpp"

namespace mailstack {

enum class EngineState { Running, Degraded };

struct Snapshot {
    Configuration configuration;
    std::uint64_t generation = 0;       ///< commits so far
    std::uint64_t live_generation = 0;  ///< the newest generation proved live
    EngineState state = EngineState::Running;
    std::string reason;                ///< why Degraded, or what recovery had to keep aside; else ""
    std::vector<std::string> drifted;  ///< paths edited by hand and not yet live
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The part of Explain that tells by which route mail for elsewhere leaves.
#pragma once

#include <vector>

#include "engine/address_trace.hpp"
#include "engine/configuration.hpp"
#include "engine/explain.hpp"

namespace mailstack {

/// What the rules found in the map "msroute": the sender's own route, or the active one; then for whom
/// another route serves. Nothing for a key that was not found, but for the last, which means direct.
std::vector<ExplainStep> route_steps(const RouteSource& source, const MapLookedUp& lookup);

}  // namespace mailstack

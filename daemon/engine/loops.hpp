// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Alias loops: an alias that leads back to itself, over any number of hops.
#pragma once

#include <string>
#include <vector>

#include "engine/configuration.hpp"

namespace mailstack {

/// Throws AliasLoop with the way round ("crew -> night -> crew") if following `key`, whose recipients are
/// these, leads back to it. Only what sendmail follows counts: plain local recipients, user+detail, and
/// user@host where the host is this machine. Costs a look-up for each local recipient where none of them is
/// an alias.
void refuse_loop(const Configuration& configuration, const std::string& key,
                 const std::vector<std::string>& recipients);

}  // namespace mailstack

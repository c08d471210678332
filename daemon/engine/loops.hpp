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
/// user@host where the host is this machine.
void refuse_loop(const Configuration& configuration, const std::string& key,
                 const std::vector<std::string>& recipients);

/// Whether sendmail would look further from here: the recipient is an alias, or `key` itself. Most are not,
/// and need no refuse_loop().
bool leads_on(const Configuration& configuration, const std::string& key, const std::string& recipient);

}  // namespace mailstack

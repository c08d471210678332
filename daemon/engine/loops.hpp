// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Alias loops: an alias that leads back to itself, over any number of hops.
#pragma once

#include <string>

#include "engine/configuration.hpp"

namespace mailstack {

/// Throws AliasLoop with the way round ("sales -> support -> sales") if following `key` leads back to it.
/// Only what sendmail follows counts: plain local recipients, user+detail, and user@host where the host is
/// this machine.
void refuse_loop(const Configuration& configuration, const std::string& key);

}  // namespace mailstack

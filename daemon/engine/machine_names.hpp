// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The names by which others know this machine as a mail server.
#pragma once

#include <vector>

#include "engine/configuration.hpp"
#include "model/host.hpp"

namespace mailstack {

/// Folded, each once, at most 100: what sendmail calls itself, the host's name, the domains that are ours.
/// Without localhost, localhost.localdomain and whatever is no domain of two labels at least: nobody
/// certifies those.
std::vector<Domain> machine_names(const Configuration& configuration);

}  // namespace mailstack

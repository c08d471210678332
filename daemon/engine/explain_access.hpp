// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The first steps of Explain: what access says of a recipient, and whether mail from outside is accepted.
#pragma once

#include <vector>

#include "engine/explain.hpp"

namespace mailstack {

std::vector<ExplainStep> access_steps(const Configuration& configuration, const AskedAddress& asked);

}  // namespace mailstack

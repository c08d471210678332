// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What Setup asks for once the new sendmail.cf is known, as ordinary changes.
#pragma once

#include <vector>

#include "engine/configuration.hpp"
#include "model/change.hpp"

namespace mailstack {

/// A table that sendmail looks into and that has no text gets one, so that file and map are there.
Configuration with_table_texts(Configuration configuration);

/// Only what is not so already.
std::vector<Change> setup_changes(const Configuration& configuration, const Setup& setup);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/setup_changes.hpp"

namespace mailstack {

Configuration with_table_texts(Configuration configuration) {
    return configuration;
}

std::vector<Change> setup_changes(const Configuration& /*configuration*/, const Setup& /*setup*/) {
    return {};
}

}  // namespace mailstack

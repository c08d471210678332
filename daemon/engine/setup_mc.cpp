// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/setup_mc.hpp"

#include "base/error.hpp"

namespace mailstack {

McFile set_up_mc(const McFile& present, const Setup& /*setup*/) {
    return present;
}

}  // namespace mailstack

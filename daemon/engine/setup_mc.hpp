// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What Setup writes into sendmail.mc.
#pragma once

#include "formats/mc_file.hpp"
#include "model/setup.hpp"

namespace mailstack {

/// `present` with what `setup` wants, and every line that it did not need as it was; the same bytes where all
/// is so already.
McFile set_up_mc(const McFile& present, const Setup& setup);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The one table from mailstack's error codes to their names on the bus.
#pragma once

#include <sdbus-c++/Error.h>

#include <string_view>

#include "base/error.hpp"

namespace mailstack {

/// org.mailstack1.Error.<Code>, but for the two that D-Bus itself names.
std::string_view bus_name(Code code);

sdbus::Error bus_error(const Error& error);

}  // namespace mailstack

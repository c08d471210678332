// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The options of ImportAliases, decoded: a{sv}, of which an unknown key is an error.
#pragma once

#include <map>
#include <string>

#include "bus/sdbus_compat.hpp"
#include "model/change.hpp"

namespace mailstack {

/// Throws Error{InvalidArgument} that names the key and what would be right.
OnConflict import_options(const std::map<std::string, sdbus::Variant>& options);

}  // namespace mailstack

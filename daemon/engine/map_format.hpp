// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Maps as the program writes them whose work we do: newaliases for aliases, makemap for tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record.hpp"
#include "formats/map.hpp"

namespace mailstack {

/// As build_alias_map() or build_table_map().
std::string build_map(MapFormat format, const MapSource& pairs);

/// As edit_map() or edit_table_map().
std::vector<MapEdit> edit_map(MapFormat format, const std::string& file, const std::vector<MapEdit>& edits);

/// As map_lookup() or table_map_lookup().
std::optional<std::string> map_lookup(MapFormat format, const std::string& file, std::string_view key);

}  // namespace mailstack

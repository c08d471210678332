// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/map_format.hpp"

namespace mailstack {

std::string build_map(MapFormat format, const MapSource& pairs) {
    return format == MapFormat::Alias ? build_alias_map(pairs) : build_table_map(pairs);
}

std::vector<MapEdit> edit_map(MapFormat format, const std::string& file, const std::vector<MapEdit>& edits) {
    return format == MapFormat::Alias ? edit_map(file, edits) : edit_table_map(file, edits);
}

std::optional<std::string> map_lookup(MapFormat format, const std::string& file, std::string_view key) {
    return format == MapFormat::Alias ? map_lookup(file, key) : table_map_lookup(file, key);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// sendmail's `hash` maps: Berkeley DB (libdb 5.3) files with the keys and values that newaliases and makemap write.
///
/// Nothing here opens a path of its own choosing: base/disk opens and locks the file and hands out a name under
/// /proc/self/fd that libdb can open. A whole map is built in memory and comes back as bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// One key's change: a value to store, or nothing: the key goes.
struct MapEdit {
    std::string key;
    std::optional<std::string> value;
};

/// Gives each pair of a map to its argument.
using MapSource = std::function<void(const std::function<void(std::string_view key, std::string_view value)>&)>;

/// The bytes of a new alias map with these pairs and the `@` entry that sendmail waits for. Of a key that comes twice the
/// first counts, as with newaliases.
std::string build_alias_map(const MapSource& pairs);

/// Changes keys in place in the open map `file`, adding the `@` entry where it is missing, and returns what each key held before (for undo).
/// Throws Error{Unsupported} where the file is not a Berkeley DB hash, Error{NoSpace/IoFailed} where libdb fails.
std::vector<MapEdit> edit_map(const std::string& file, const std::vector<MapEdit>& edits);

std::optional<std::string> map_lookup(const std::string& file, std::string_view key);
void each_in_map(const std::string& file, const std::function<void(std::string_view key, std::string_view value)>& visit);

/// Whether libdb finds the file sound (DB->verify): false for a map torn by a crash.
bool map_is_sound(const std::string& file);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// sendmail's `hash` maps: Berkeley DB (libdb 5.3) files with the keys and values that newaliases and makemap
/// write.
///
///     alias map = DB_HASH, pages of 4,096 octets, of
///                 key NUL -> value NUL       ; newaliases counts the NUL of each
///                 "@" NUL -> "@" NUL         ; written last; without it sendmail takes the map for one being rebuilt
///     table map = DB_HASH, of key -> value   ; makemap counts no NUL (-N absent) and writes no "@"
///
/// Both are what sendmail finds: it looks a key up with and without the NUL, and keeps to the form in which
/// it first found one, so that the two must not be mixed in one file (map.c, MF_TRY0NULL and MF_TRY1NULL).
///
/// Keys and values are given and taken here without their NUL.
///
/// Nothing here opens a path of its own choosing: base/disk opens and locks the file and hands out a name
/// under /proc/self/fd that libdb can open. A whole map is built in memory and comes back as bytes.
// clang-format on
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

/// Takes one pair of a map.
using MapVisitor = std::function<void(std::string_view key, std::string_view value)>;
/// Gives each pair of a map to its argument.
using MapSource = std::function<void(const MapVisitor&)>;

/// The bytes of a new alias map with these pairs and the `@` entry that sendmail waits for. Of a key that
/// comes twice the last counts, as with newaliases. Throws Error{NoSpace, IoFailed}.
std::string build_alias_map(const MapSource& pairs);

/// The bytes of a new table map with these pairs: what `makemap hash` leaves of a text, where the pairs are
/// TableFile::each(). No key may come twice. Throws Error{NoSpace, IoFailed}.
std::string build_table_map(const MapSource& pairs);

/// Changes keys in place in the open alias map `file`, adding the `@` entry where it is missing, and returns
/// what each key held before (for undo). Throws Error{Unsupported} where the file is not a Berkeley DB hash,
/// Error{NoSpace, ReadOnly, IoFailed} where libdb fails.
std::vector<MapEdit> edit_map(const std::string& file, const std::vector<MapEdit>& edits);

/// The same for a table map, which has no `@` entry.
std::vector<MapEdit> edit_table_map(const std::string& file, const std::vector<MapEdit>& edits);

/// Throw as edit_map().
std::optional<std::string> map_lookup(const std::string& file, std::string_view key);
std::optional<std::string> table_map_lookup(const std::string& file, std::string_view key);
/// Every pair of a map of either kind, the `@` entry among them, in libdb's order.
void each_in_map(const std::string& file, const MapVisitor& visit);

/// Whether libdb finds the file sound (DB->verify): false for a map torn by a crash, and for what is no map
/// at all.
bool map_is_sound(const std::string& file);

}  // namespace mailstack

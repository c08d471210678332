// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What is written down before anything is changed, so that it can be undone, and what is written down when
/// it is done. A committed record is the history entry: texts as reverse edits, no secrets.
///
/// On disk a record is lines of fields parted by one space; in a field every octet outside 33..126, '%' and
/// an empty field are written %HH ("%" alone: empty).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.hpp"
#include "engine/mta.hpp"
#include "formats/map.hpp"

namespace mailstack {

/// A text that changes. Its reverse edit: `inserted` octets at `offset` give way to `removed`.
struct TextRecord {
    enum class Kind { Append, Replace, Create };
    Kind kind = Kind::Append;
    std::string path;
    std::string staged;         ///< Replace, Create: the new text until the swap, the old one after it
    FileIdentity before;        ///< Append, Replace
    FileIdentity staged_after;  ///< Replace, Create: of the new text
    std::uint64_t offset = 0;
    std::uint64_t inserted = 0;
    std::string inserted_sha256;
    std::string removed;
};

/// How keys and values stand in a map, as newaliases writes them (Alias) or as makemap does, and what text it
/// is made of: Route and Authinfo of routes.yaml. An Authinfo map holds passwords: no record has its keys, no
/// stage its copy; it is always made whole.
enum class MapFormat { Alias, Table, Route, Authinfo };

/// A map that changes: some keys, or all of it.
struct MapRecord {
    enum class Kind { Keys, Rebuild, Create };
    Kind kind = Kind::Keys;
    MapFormat format = MapFormat::Alias;
    std::string path;
    std::string text_path;      ///< the text that it is made from
    std::string old_copy;       ///< Rebuild: the old map's bytes
    bool text_drifted = false;  ///< the text held unpublished hand edits: a torn map is mended by keys while
                                ///< libdb finds it sound
    std::vector<MapEdit> old_keys;  ///< Keys: what each key held
};

struct CallerRecord {
    std::uint32_t uid = 0;
    std::string summary;
};

struct Record {
    std::uint64_t generation = 0;
    std::int64_t time = 0;  ///< seconds since the epoch
    Activation activation = Activation::None;
    std::vector<CallerRecord> callers;
    std::vector<TextRecord> texts;
    std::vector<MapRecord> maps;
};

/// A file as the newest commit left it.
struct WrittenFile {
    FileIdentity identity;
    bool drifted = false;  ///< it held hand edits then that no map had
};

/// The commit mark: the state of every managed file, so that the newest mark tells all.
struct Commit {
    std::uint64_t generation = 0;
    std::map<std::string, WrittenFile> files;
};

std::string to_text(const Record& record);
std::string to_text(const Commit& commit);
/// Throw Error{Internal} for what to_text() would not have written.
Record parse_record(std::string_view text);
Commit parse_commit(std::string_view text);

}  // namespace mailstack

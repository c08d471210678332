// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What has to be written to get from one configuration to another: pure bytes, nothing done yet.
#pragma once

#include <string>
#include <vector>

#include "engine/apply.hpp"
#include "engine/configuration.hpp"
#include "engine/mta.hpp"
#include "engine/record.hpp"
#include "formats/map.hpp"

namespace mailstack {

/// One text: `bytes` at the end of it, or instead of it.
struct TextEdit {
    std::size_t source = 0;  ///< place in all_managed()
    std::string path;
    FileIdentity before;  ///< !exists(): the file is new
    bool appends = false;
    std::string bytes;
    // The reverse edit: `inserted` octets at `offset` give way to `removed`.
    std::uint64_t offset = 0;
    std::uint64_t inserted = 0;
    std::string removed;
};

/// One map: some keys, or all of it.
struct MapUpdate {
    std::size_t source = 0;  ///< place in all_managed()
    MapFormat format = MapFormat::Alias;
    std::string path;
    std::string text_path;
    bool exists = false;
    std::int64_t written = 0;  ///< the mtime that we gave it last, nanoseconds
    bool rebuild = false;
    bool text_drifted = false;
    std::vector<MapEdit> edits;             ///< new values
    std::vector<MapEdit> old_keys;          ///< what the text said of the same keys before
    MapSource pairs;                        ///< what a rebuild is made from
    std::uint64_t count = 0;                ///< of the pairs
    std::vector<Credential> credentials{};  ///< Authinfo: instead of the pairs
};

struct Plan {
    std::vector<TextEdit> texts;
    ProvidedFiles files;  ///< whole files; in a record behind the texts
    std::vector<MapUpdate> maps;
    bool makes_live =
        false;  ///< nothing is written, but hand edits that sendmail reads at its start become live
    bool empty() const noexcept { return texts.empty() && files.empty() && maps.empty() && !makes_live; }
};

/// Which maps are made besides those whose keys changed.
enum class Publish {
    Changes,  ///< none
    Missing,  ///< those that are not there
    All       ///< each that does not hold what its text says: hand edits become live
};

Plan render(const Configuration& before, const Configuration& after, const Changed& changed, Publish publish);

/// Whether sendmail has to read its configuration anew for it.
bool needs_reload(const Plan& plan, const Configuration& after);

}  // namespace mailstack

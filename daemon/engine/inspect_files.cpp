// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/error.hpp"
#include "base/real_disk.hpp"
#include "engine/inspect.hpp"
#include "formats/map.hpp"

namespace mailstack {
namespace {

constexpr std::uint64_t largest_compared = std::uint64_t{16} << 20U;
constexpr std::size_t most_keys = 5;

/// What the text would make of its map, by key.
template <typename Source>
std::unordered_map<std::string, std::string> pairs_of(const Source& source) {
    std::unordered_map<std::string, std::string> pairs;
    source.file.each([&](std::string_view key, std::string_view value) { pairs.emplace(key, value); });
    return pairs;
}

void note(MapFacts& facts, std::string_view key) {
    if (facts.keys.size() < most_keys) {
        facts.keys.emplace_back(key);
    }
}

void compare(Disk& disk, MapFacts& facts, std::unordered_map<std::string, std::string> expected) {
    try {
        disk.look_at(facts.path, [&](const std::string& file) {
            each_in_map(file, [&](std::string_view key, std::string_view value) {
                const auto found = expected.find(std::string(key));
                if (found == expected.end()) {
                    if (key != "@") {
                        note(facts, key);
                    }
                    return;
                }
                if (found->second != value) {
                    note(facts, key);
                }
                expected.erase(found);
            });
        });
        for (const auto& [key, value] : expected) {
            note(facts, key);
        }
        facts.compared = true;
    } catch (const Error& error) {
        facts.failure = error.what();
    }
}

template <typename Source>
void inspect_map(Inspection& inspection, Disk& disk, const Source& source, InspectionDeadline until) {
    if (source.map_path.empty() || !source.map_identity.exists()) {
        return;
    }
    MapFacts facts{
        .path = source.map_path, .text_path = source.text_path, .failure = {}, .keys = {}, .compared = false};
    // What we made ourselves and nobody touched since is as it should be; a hand edit is told as such.
    const bool certain = source.map_is_ours || source.drifted;
    if (!certain && source.text_identity.size <= largest_compared &&
        std::chrono::steady_clock::now() < until) {
        compare(disk, facts, pairs_of(source));
    }
    facts.compared = facts.compared || certain;
    inspection.maps.push_back(std::move(facts));
}

void add_file(std::set<std::string>& paths, const std::string& path) {
    if (path.starts_with('/')) {
        paths.insert(path);
        paths.insert(directory_of(path));
    }
}

}  // namespace

void inspect_files(Inspection& inspection) {
    std::set<std::string> paths;
    for (const Managed* const managed : all_managed(inspection.snapshot.configuration)) {
        add_file(paths, managed->text_path);
        add_file(paths, managed->map_path);
    }
    const RouteSource& routes = inspection.snapshot.configuration.routes;
    for (const Relay& relay : routes.file.routes().relays) {
        add_file(paths, relay.secret.empty() ? "" : routes.secrets + '/' + relay.secret);
    }
    for (const std::string& path :
         {inspection.cf_path, inspection.mc_path, inspection.submit_cf_path,
          inspection.certificate.paths.certificate, inspection.certificate.paths.key}) {
        add_file(paths, path);
    }
    for (const std::string& path : paths) {
        inspection.files.push_back(file_facts(path));
    }
}

void inspect_maps(Inspection& inspection, InspectionDeadline until) {
    RealDisk disk;
    for (const AliasSource& source : inspection.snapshot.configuration.aliases) {
        inspect_map(inspection, disk, source, until);
    }
    for (const TableSource& source : inspection.snapshot.configuration.tables) {
        if (source.unused.empty()) {
            inspect_map(inspection, disk, source, until);
        }
    }
}

}  // namespace mailstack

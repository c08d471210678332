// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/staged_check.hpp"

#include <algorithm>

#include "engine/map_format.hpp"
#include "engine/stage.hpp"
#include "formats/cf_paths.hpp"

namespace mailstack {
namespace {

constexpr std::string_view map_suffix = ".db";

/// Files of the check alone, beside what is staged.
class Bench {
  public:
    Bench(const Workshop& workshop, std::uint64_t generation)
        : disk_(workshop.disk), directory_(stage_directory(workshop.layout, generation)) {
        disk_.make_directory(workshop.layout.stage());
        disk_.make_directory(directory_);
    }

    std::string put(const std::string& name, std::string_view bytes) {
        std::string path = directory_ + '/' + name;
        disk_.create(path, bytes, {.like = {}, .mode = 0600});
        return path;
    }

  private:
    Disk& disk_;
    std::string directory_;
};

bool contains(const std::vector<std::string>& paths, const std::string& path) {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

std::vector<std::string> paths_to_come(const Plan& plan) {
    std::vector<std::string> paths;
    for (const auto& file : plan.files) {
        paths.push_back(file->path);
    }
    return paths;
}

std::string without_suffix(const std::string& map_path) {
    return map_path.substr(0, map_path.size() - map_suffix.size());
}

std::string bytes_of(const MapUpdate& update) {
    return build_map(update.format, [&](const auto& visit) { update.pairs(visit); });
}

}  // namespace

void check_staged(const Workshop& workshop, const Plan& plan, const Record& record,
                  const Configuration& after) {
    if (after.cf.file.empty()) {
        return;
    }
    Bench bench(workshop, record.generation);
    std::vector<PathExchange> exchanges;
    for (const MapUpdate& update : plan.maps) {
        const std::string name = "check-map-" + std::to_string(update.source);
        const std::string path = bench.put(name + std::string(map_suffix), bytes_of(update));
        exchanges.push_back({.from = without_suffix(update.path), .to = without_suffix(path)});
    }
    // A class file that stays as it is is read where it is: whether sendmail trusts it and its directory
    // shows there.
    for (const TextEdit& edit : plan.texts) {
        if (contains(after.named.class_w, edit.path)) {
            exchanges.push_back(
                {.from = edit.path, .to = bench.put("check-domains", after.domains.file.print())});
        }
    }
    const std::string cf = bench.put("check.cf", with_map_paths(after.cf.file.print(), exchanges));
    workshop.beat();
    workshop.programs.examine(cf, after);
    workshop.beat();
    if (workshop.programs.look_around) {
        const bool runs = workshop.mta.state() == MtaState::Running;
        const bool known = workshop.disk.identity(after.cf.text_path).exists();
        if (runs && !known) {
            return;  // which ports are its own nobody can tell
        }
        const std::string live = runs ? workshop.disk.read(after.cf.text_path).bytes : std::string{};
        workshop.programs.look_around(live, after, paths_to_come(plan));
    }
}

void check_unchanged(const Workshop& workshop, const Configuration& present) {
    Record record;
    record.generation = workshop.journal.newest().generation + 1;
    try {
        check_staged(workshop, Plan{}, record, present);
    } catch (...) {
        clear_stage(workshop, record.generation);
        throw;
    }
    clear_stage(workshop, record.generation);
}

}  // namespace mailstack

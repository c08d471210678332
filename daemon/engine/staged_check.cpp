// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/staged_check.hpp"

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
    for (const std::string& path : after.named.class_w) {
        exchanges.push_back({.from = path, .to = bench.put("check-domains", after.domains.file.print())});
    }
    const std::string cf = bench.put("check.cf", with_map_paths(after.cf.file.print(), exchanges));
    workshop.beat();
    workshop.programs.examine(cf, after);
    workshop.beat();
}

}  // namespace mailstack

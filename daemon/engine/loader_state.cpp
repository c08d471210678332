// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>

#include "engine/loader.hpp"

namespace mailstack {

bool unchanged(Disk& disk, const Configuration& configuration) {
    const auto all = all_managed(configuration);
    const auto is_same = [&](const std::string& path, const FileIdentity& identity) {
        return path.empty() || disk.identity(path) == identity;
    };
    return std::all_of(all.begin(), all.end(), [&](const Managed* managed) {
        return is_same(managed->text_path, managed->text_identity) &&
               is_same(managed->map_path, managed->map_identity);
    });
}

std::map<std::string, WrittenFile> written_files(const Configuration& configuration) {
    std::map<std::string, WrittenFile> files;
    for (const Managed* const managed : all_managed(configuration)) {
        if (!managed->text_path.empty()) {
            files[managed->text_path] = {.identity = managed->text_identity, .drifted = managed->drifted};
        }
        if (managed->map_path.empty()) {
            continue;
        }
        files[managed->map_path] = {.identity = managed->map_is_ours
                                                    ? managed->map_identity
                                                    : FileIdentity{.mtime = managed->map_written},
                                    .drifted = false};
    }
    // Of sendmail.cf another thing is to be remembered: whether it may hold what m4 did not make.
    const CfSource& cf = configuration.cf;
    files[cf.text_path] = {.identity = cf.drifted ? cf.live_identity : cf.text_identity, .drifted = !cf.made};
    return files;
}

std::vector<std::string> drifted_paths(const Configuration& configuration) {
    std::vector<std::string> paths;
    for (const Managed* const managed : all_managed(configuration)) {
        if (managed->drifted) {
            paths.push_back(managed->text_path);
        }
    }
    return paths;
}

}  // namespace mailstack

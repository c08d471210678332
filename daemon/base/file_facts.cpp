// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/file_facts.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace mailstack {

FileFacts file_facts(const std::string& path) {
    FileFacts facts;
    facts.path = path;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        facts.unknown = errno != ENOENT && errno != ENOTDIR;
        return facts;
    }
    constexpr mode_t permissions = 07777;
    constexpr std::int64_t nanoseconds = 1'000'000'000;
    facts.exists = true;
    facts.directory = S_ISDIR(status.st_mode);
    facts.owner = status.st_uid;
    facts.group = status.st_gid;
    facts.mode = status.st_mode & permissions;
    facts.mtime = std::int64_t{status.st_mtim.tv_sec} * nanoseconds + status.st_mtim.tv_nsec;
    return facts;
}

std::string file_stamp(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0 || found.st_size == 0) {
        return "";
    }
    return std::to_string(found.st_ino) + ":" + std::to_string(found.st_size) + ":" +
           std::to_string(found.st_mtim.tv_sec) + "." + std::to_string(found.st_mtim.tv_nsec);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Owner, mode and time of a file, for a look that changes nothing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace mailstack {

struct FileFacts {
    std::string path;
    bool exists = false;     ///< links are followed
    bool unknown = false;    ///< it could not be looked at
    bool directory = false;  ///< else a file
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0;         ///< permission bits
    std::int64_t mtime = 0;  ///< nanoseconds since the epoch
};

FileFacts file_facts(const std::string& path);

/// Names this writing of the file (inode, size, time): differs after each; "" where there is none, or an
/// empty one. Links are followed.
std::string file_stamp(const std::string& path);

}  // namespace mailstack

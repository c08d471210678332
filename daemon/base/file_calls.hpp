// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// System calls on descriptors, for RealDisk: each either succeeds or throws an Error.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

#include "base/descriptor.hpp"
#include "base/disk.hpp"

namespace mailstack {

/// openat2 with no symbolic link followed anywhere; an invalid Descriptor with errno set where it fails.
Descriptor try_open(const std::string& path, int flags, mode_t mode = 0);
Descriptor open_or_throw(const std::string& path, int flags, mode_t mode = 0);
/// The directory that holds `path`, for the *at calls.
Descriptor open_parent(const std::string& path);
/// Opens a regular file with one link; anything else is UnsafeFile.
Descriptor open_file(const std::string& path, int flags);

struct stat status_of(const Descriptor& file, const std::string& path);
FileIdentity identity_of(const struct stat& status);
std::string read_all(const Descriptor& file, const std::string& path);
/// A small file's bytes for a look that may fail: "" where it is absent, is no regular file, or is larger
/// than 16 MiB.
std::string read_if_regular(const std::string& path);
void write_all(const Descriptor& file, std::string_view bytes, const std::string& path);
void sync_or_throw(const Descriptor& file, const std::string& path);
/// mtime := max(now, `before` + 1 s, `later_than` + 1 s), in whole seconds later.
void raise_mtime(const Descriptor& file, const struct stat& before, std::int64_t later_than,
                 const std::string& path);
/// Owner, group, mode, ACL and other extended attributes of `like`, as far as this process may set them.
void copy_attributes(const std::string& like, const Descriptor& file, const std::string& path,
                     std::optional<mode_t> mode);
/// An ACL by which the owner may what its bits in `mode` say, `reader` may read, and nobody else anything.
/// Throws Error{Unsupported} where the file system has no ACLs.
void set_reader(const Descriptor& file, uid_t reader, mode_t mode, const std::string& path);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The disk itself. Every path is opened through descriptors with openat2(RESOLVE_NO_SYMLINKS): a link that
/// somebody slips in between two calls is refused, not followed.
#pragma once

#include "base/disk.hpp"

namespace mailstack {

class RealDisk : public Disk {
  public:
    RealDisk();

    FileIdentity identity(const std::string& path) override;
    FileContents read(const std::string& path) override;
    std::vector<std::string> names(const std::string& directory) override;
    std::string resolve(const std::string& path, const std::string& below) override;
    void look_at(const std::string& path, const std::function<void(const std::string&)>& look) override;

    void create(const std::string& path, std::string_view bytes, const NewFile& attributes) override;
    void append(const std::string& path, std::string_view bytes,
                const std::optional<FileIdentity>& expected) override;
    void truncate(const std::string& path, std::uint64_t size) override;
    void cut_back(const std::string& path, const FileIdentity& before) override;
    void overwrite(const std::string& path, std::string_view bytes, std::int64_t later_than) override;
    void edit_in_place(const std::string& path, const std::function<void(const std::string&)>& edit,
                       std::int64_t later_than) override;
    void exchange(const std::string& staged, const std::string& live) override;
    void move(const std::string& from, const std::string& to) override;
    void remove(const std::string& path) override;
    using Disk::make_directory;
    void make_directory(const std::string& path, mode_t mode) override;
    void sync(const std::string& path) override;
    void sync_directory(const std::string& path) override;
    std::unique_ptr<FileLock> lock(const std::string& path, std::chrono::milliseconds patience) override;
    std::unique_ptr<FileLock> lock_readable(const std::string& path,
                                            std::chrono::milliseconds patience) override;
};

}  // namespace mailstack

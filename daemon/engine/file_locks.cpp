// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/file_locks.hpp"

#include <chrono>

namespace mailstack {

namespace {

constexpr std::chrono::seconds patience{10};

void lock_text(FileLocks& locks, Disk& disk, const std::string& path) {
    if (!path.empty() && disk.identity(path).exists()) {
        locks.texts.push_back(disk.lock_readable(path, patience));
    }
}

void lock_map(std::vector<std::unique_ptr<FileLock>>& locks, Disk& disk, const std::string& path) {
    if (!path.empty() && disk.identity(path).exists()) {
        locks.push_back(disk.lock(path, patience));
    }
}

}  // namespace

FileLocks lock_files(Disk& disk, const std::vector<Managed>& files) {
    FileLocks locks;
    for (const Managed& managed : files) {
        lock_text(locks, disk, managed.text_path);
        lock_map(locks.maps, disk, managed.map_path);
    }
    return locks;
}

FileLocks lock_files(Disk& disk, const Record& record) {
    FileLocks locks;
    for (const TextRecord& text : record.texts) {
        lock_text(locks, disk, text.path);
    }
    locks.maps = lock_maps(disk, record);
    return locks;
}

std::vector<std::unique_ptr<FileLock>> lock_maps(Disk& disk, const Record& record) {
    std::vector<std::unique_ptr<FileLock>> locks;
    for (const MapRecord& map : record.maps) {
        lock_map(locks, disk, map.path);
    }
    return locks;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/request_keys.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "engine/wiped_text.hpp"

namespace mailstack {
namespace {

constexpr std::size_t most = 10;
constexpr std::string_view suffix = ".key";

std::string path_of(const std::string& directory, const std::string& public_fingerprint) {
    return directory + '/' + public_fingerprint + std::string(suffix);
}

bool is_of_a_request(const std::string& name) {
    constexpr std::size_t digits = 64;
    return name.size() == digits + suffix.size() && name.ends_with(suffix) &&
           name.find_first_not_of("0123456789abcdef") == digits;
}

/// `newest`, then by time, the newest first.
std::vector<std::string> by_age(const std::string& directory, Disk& disk, const std::string& newest) {
    std::vector<std::tuple<bool, std::int64_t, std::string>> files;
    for (const std::string& name : disk.names(directory)) {
        const std::string path = directory + '/' + name;
        if (is_of_a_request(name)) {
            files.emplace_back(path == newest, disk.identity(path).mtime, path);
        }
    }
    std::sort(files.rbegin(), files.rend());
    std::vector<std::string> paths;
    for (auto& [first, time, path] : files) {
        paths.push_back(std::move(path));
    }
    return paths;
}

}  // namespace

std::shared_ptr<const ProvidedFile> request_key_file(const std::string& directory, const PrivateKey& key) {
    return std::make_shared<const ProvidedFile>(path_of(directory, key.public_fingerprint()), key.pem(),
                                                0600);
}

std::optional<PrivateKey> request_key(const std::string& directory, Disk& disk,
                                      const std::string& public_fingerprint) {
    const std::string path = path_of(directory, public_fingerprint);
    if (!disk.identity(path).exists()) {
        return std::nullopt;
    }
    const WipedText pem(disk.read(path).bytes);
    return PrivateKey::parse(pem.octets());
}

void remove_old_requests(const std::string& directory, Disk& disk, const std::string& used,
                         const std::string& newest) noexcept {
    try {
        bool any = false;
        std::size_t kept = 0;
        for (const std::string& path : by_age(directory, disk, newest)) {
            if (path == path_of(directory, used) || kept == most) {
                disk.remove(path);
                any = true;
            } else {
                ++kept;
            }
        }
        if (any) {
            disk.sync_directory(directory);
        }
    } catch (const std::exception& failure) {
        log::warning(std::string("the key of a request that is no longer needed is still there: ") +
                     failure.what());
    }
}

}  // namespace mailstack

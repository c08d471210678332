// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Names: what RealDisk does with directories and links.
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <filesystem>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/real_disk.hpp"

namespace mailstack {

std::vector<std::string> RealDisk::names(const std::string& directory) {
    const Descriptor opened = try_open(directory, O_RDONLY | O_DIRECTORY);
    if (!opened && errno == ENOENT) {
        return {};
    }
    if (!opened) {
        throw_io_error(errno, "list " + directory);
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(::dup(opened.get())), ::closedir);
    if (!entries) {
        throw_io_error(errno, "list " + directory);
    }
    std::vector<std::string> found;
    while (const dirent* entry = ::readdir(entries.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") {
            found.push_back(name);
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

namespace {

/// Where the link at `path` leads, or nothing if it is no link.
std::optional<std::string> link_target(const std::string& path) {
    const Descriptor parent = open_parent(path);
    const std::string name = file_name_of(path);
    struct stat status {};
    if (::fstatat(parent.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) {
            return std::nullopt;
        }
        throw_io_error(errno, "look at " + path);
    }
    if (!S_ISLNK(status.st_mode)) {
        return std::nullopt;
    }
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
        throw Error(Code::UnsafeFile,
                    path + " is a symbolic link that does not belong to root: it is not followed");
    }
    std::string target(PATH_MAX, '\0');
    const ssize_t length = ::readlinkat(parent.get(), name.c_str(), target.data(), target.size());
    if (length < 0) {
        throw_io_error(errno, "read the link " + path);
    }
    target.resize(static_cast<std::size_t>(length));
    return target;
}

}  // namespace

std::string RealDisk::resolve(const std::string& path, const std::string& below) {
    std::filesystem::path resolved = std::filesystem::path(path).lexically_normal();
    if (!resolved.string().starts_with(below + "/")) {
        throw Error(Code::UnsafeFile, path + " does not lie below " + below);
    }
    for (int links = 0; links < 8; ++links) {
        const auto target = link_target(resolved);
        if (!target) {
            return resolved;
        }
        resolved = (resolved.parent_path() / *target).lexically_normal();
        if (!resolved.string().starts_with(below + "/")) {
            throw Error(Code::UnsafeFile,
                        path + " is a link that leads out of " + below + ", to " + resolved.string());
        }
    }
    throw Error(Code::UnsafeFile, path + " leads through more than 8 symbolic links");
}

namespace {

/// Both must be on one mount: a rename cannot cross.
void rename_at(const std::string& from, const std::string& to, unsigned flags) {
    const Descriptor from_parent = open_parent(from);
    const Descriptor to_parent = open_parent(to);
    if (::renameat2(from_parent.get(), file_name_of(from).c_str(), to_parent.get(), file_name_of(to).c_str(),
                    flags) != 0) {
        throw_io_error(errno, "rename " + from + " to " + to);
    }
}

}  // namespace

void RealDisk::exchange(const std::string& staged, const std::string& live) {
    // While we hold a read lease on the old file, whoever opens it for writing waits. If somebody does until
    // the new file has the name, the save would go into the file that we are about to throw away: swap back
    // and let it come.
    const Descriptor old_file = open_file(live, O_RDONLY);
    const bool leased = ::fcntl(old_file.get(), F_SETLEASE, F_RDLCK) == 0;
    if (!leased && errno == EAGAIN) {
        throw Error(Code::Busy, live + " is open for writing by another program; nothing was changed");
    }
    rename_at(staged, live, RENAME_EXCHANGE);
    if (leased && ::fcntl(old_file.get(), F_GETLEASE) != F_RDLCK) {
        rename_at(staged, live, RENAME_EXCHANGE);
        throw Error(Code::Busy, live + " was opened for writing by another program; nothing was changed");
    }
}

void RealDisk::move(const std::string& from, const std::string& to) {
    rename_at(from, to, RENAME_NOREPLACE);
}

void RealDisk::remove(const std::string& path) {
    const Descriptor parent = open_parent(path);
    const std::string name = file_name_of(path);
    if (::unlinkat(parent.get(), name.c_str(), 0) == 0 ||
        (errno == EISDIR && ::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR) == 0)) {
        return;
    }
    throw_io_error(errno, "remove " + path);
}

void RealDisk::make_directory(const std::string& path, mode_t mode) {
    const Descriptor parent = open_parent(path);
    const std::string name = file_name_of(path);
    const bool made = ::mkdirat(parent.get(), name.c_str(), 0700) == 0;
    // Whatever the umask.
    if ((!made && errno != EEXIST) || (made && ::fchmodat(parent.get(), name.c_str(), mode, 0) != 0)) {
        throw_io_error(errno, "make the directory " + path);
    }
}

}  // namespace mailstack

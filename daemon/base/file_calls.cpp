// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/file_calls.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "base/error.hpp"

namespace mailstack {

Descriptor try_open(const std::string& path, int flags, mode_t mode) {
    open_how how{};
    // openat2(2) takes no O_NOCTTY beside O_PATH.
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC | ((flags & O_PATH) != 0 ? 0 : O_NOCTTY));
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;
    how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return Descriptor(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
}

Descriptor open_or_throw(const std::string& path, int flags, mode_t mode) {
    Descriptor file = try_open(path, flags, mode);
    if (!file) {
        throw_io_error(errno, "open " + path);
    }
    return file;
}

Descriptor open_parent(const std::string& path) {
    return open_or_throw(directory_of(path), O_PATH | O_DIRECTORY);
}

Descriptor open_file(const std::string& path, int flags) {
    // O_NONBLOCK: a FIFO in the file's place must not hold the daemon up before it is refused.
    Descriptor file = open_or_throw(path, flags | O_NONBLOCK);
    const struct stat status = status_of(file, path);
    if (!S_ISREG(status.st_mode)) {
        throw Error(Code::UnsafeFile, path + " is no regular file");
    }
    if (status.st_nlink > 1) {
        throw Error(Code::UnsafeFile, path + " has " + std::to_string(status.st_nlink) +
                                          " hard links; mailstack changes files with one name only");
    }
    return file;
}

struct stat status_of(const Descriptor& file, const std::string& path) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        throw_io_error(errno, "look at " + path);
    }
    return status;
}

FileIdentity identity_of(const struct stat& status) {
    constexpr std::int64_t nanoseconds = 1'000'000'000;
    return {.device = status.st_dev,
            .inode = status.st_ino,
            .size = static_cast<std::uint64_t>(status.st_size),
            .mtime = status.st_mtim.tv_sec * nanoseconds + status.st_mtim.tv_nsec};
}

std::string read_all(const Descriptor& file, const std::string& path) {
    constexpr off_t largest = off_t{4} << 30U;
    const off_t size = status_of(file, path).st_size;
    if (size >= largest) {
        throw Error(Code::UnsafeFile, path + " has " + std::to_string(size) +
                                          " octets: no file of a mail configuration is that large");
    }
    std::string bytes;
    bytes.resize(static_cast<std::size_t>(size));
    std::size_t filled = 0;
    for (;;) {
        if (filled == bytes.size()) {
            bytes.resize(filled + 4096);
        }
        const ssize_t got =
            ::pread(file.get(), bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(filled));
        if (got < 0 && errno != EINTR) {
            throw_io_error(errno, "read " + path);
        }
        if (got == 0) {
            break;
        }
        filled += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    bytes.resize(filled);
    return bytes;
}

std::string read_if_regular(const std::string& path) {
    constexpr off_t largest = off_t{16} << 20U;
    const Descriptor file = try_open(path, O_RDONLY | O_NONBLOCK);
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > largest) {
        return {};
    }
    return read_all(file, path);
}

void write_all(const Descriptor& file, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            throw_io_error(errno, "write to " + path);
        }
        bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
}

void sync_or_throw(const Descriptor& file, const std::string& path) {
    if (::fsync(file.get()) != 0) {
        throw_io_error(errno, "sync " + path);
    }
}

void raise_mtime(const Descriptor& file, const struct stat& before, std::int64_t later_than,
                 const std::string& path) {
    constexpr std::int64_t second = 1'000'000'000;
    struct timespec now {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const std::int64_t last = std::max<std::int64_t>(before.st_mtim.tv_sec, later_than / second);
    const struct timespec later = now.tv_sec > last ? now : timespec{.tv_sec = last + 1, .tv_nsec = 0};
    const struct timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, later};
    if (::futimens(file.get(), times) != 0) {
        throw_io_error(errno, "set the time of " + path);
    }
}

namespace {
void copy_extended_attributes(const Descriptor& from, const Descriptor& to, const std::string& path) {
    std::string list(65536, '\0');
    const ssize_t length = ::flistxattr(from.get(), list.data(), list.size());
    for (const char* name = list.data(); length > 0 && name < list.data() + length;
         name += std::string_view(name).size() + 1) {
        std::string value(65536, '\0');
        const ssize_t size = ::fgetxattr(from.get(), name, value.data(), value.size());
        // ENOTSUP: a security module's own attribute, which it sets itself.
        if (size >= 0 && ::fsetxattr(to.get(), name, value.data(), static_cast<std::size_t>(size), 0) != 0 &&
            errno != ENOTSUP) {
            throw_io_error(errno, "give " + path + " the attribute " + name);
        }
    }
}
}  // namespace

void copy_attributes(const std::string& like, const Descriptor& file, const std::string& path,
                     std::optional<mode_t> mode) {
    const Descriptor model = open_or_throw(like, O_RDONLY | O_NONBLOCK);
    const struct stat wanted = status_of(model, like);
    const struct stat present = status_of(file, path);
    if ((wanted.st_uid != present.st_uid || wanted.st_gid != present.st_gid) &&
        ::fchown(file.get(), wanted.st_uid, wanted.st_gid) != 0) {
        throw_io_error(errno, "give " + path + " the owner of " + like);
    }
    if (::fchmod(file.get(), mode.value_or(wanted.st_mode & 07777U)) != 0) {
        throw_io_error(errno, "set the mode of " + path);
    }
    if (S_ISREG(wanted.st_mode)) {
        copy_extended_attributes(model, file, path);
    }
}

}  // namespace mailstack

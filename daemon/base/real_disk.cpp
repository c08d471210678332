// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/real_disk.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <csignal>
#include <thread>

#include "base/error.hpp"
#include "base/file_calls.hpp"

namespace mailstack {

// The kernel tells the holder of a broken lease by SIGIO, whose default is to end the process; we ask
// instead.
RealDisk::RealDisk() {
    std::signal(SIGIO, SIG_IGN);
}

FileIdentity RealDisk::identity(const std::string& path) {
    const Descriptor file = try_open(path, O_PATH | O_NOFOLLOW);
    if (!file && errno == ENOENT) {
        return {};
    }
    if (!file) {
        throw_io_error(errno, "look at " + path);
    }
    const struct stat status = status_of(file, path);
    if (!S_ISREG(status.st_mode)) {
        throw Error(Code::UnsafeFile, path + " is no regular file");
    }
    return identity_of(status);
}

FileContents RealDisk::read(const std::string& path) {
    const Descriptor file = open_file(path, O_RDONLY);
    for (int attempt = 0; attempt < 10; ++attempt) {
        const FileIdentity before = identity_of(status_of(file, path));
        FileContents contents{.bytes = read_all(file, path), .identity = before};
        if (identity_of(status_of(file, path)) == before && contents.bytes.size() == before.size) {
            return contents;
        }
    }
    throw Error(Code::Busy, path + " changes faster than it can be read");
}

void RealDisk::look_at(const std::string& path, const std::function<void(const std::string&)>& look) {
    const Descriptor file = open_file(path, O_RDONLY);
    look("/proc/self/fd/" + std::to_string(file.get()));
}

void RealDisk::create(const std::string& path, std::string_view bytes, const NewFile& attributes) {
    const Descriptor file = open_or_throw(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    try {
        write_all(file, bytes, path);
        if (!attributes.like.empty()) {
            copy_attributes(attributes.like, file, path, attributes.mode);
        } else if (attributes.mode && ::fchmod(file.get(), *attributes.mode) != 0) {
            throw_io_error(errno, "set the mode of " + path);
        }
        if (attributes.reader) {
            set_reader(file, *attributes.reader, status_of(file, path).st_mode, path);
        }
    } catch (const Error&) {
        const Descriptor parent = open_parent(path);
        ::unlinkat(parent.get(), file_name_of(path).c_str(), 0);
        throw;
    }
}

void RealDisk::append(const std::string& path, std::string_view bytes,
                      const std::optional<FileIdentity>& expected) {
    const Descriptor file = open_file(path, O_WRONLY | O_APPEND);
    if (expected && identity_of(status_of(file, path)) != *expected) {
        throw Error(Code::Busy, path + " was changed by another program at the same moment");
    }
    write_all(file, bytes, path);
}

void RealDisk::truncate(const std::string& path, std::uint64_t size) {
    const Descriptor file = open_file(path, O_WRONLY);
    if (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) {
        throw_io_error(errno, "truncate " + path);
    }
}

void RealDisk::cut_back(const std::string& path, const FileIdentity& before) {
    constexpr std::int64_t second = 1'000'000'000;
    const Descriptor file = open_file(path, O_WRONLY);
    const struct timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
                                      {.tv_sec = before.mtime / second, .tv_nsec = before.mtime % second}};
    // One right after the other: what dies between them leaves a file that looks edited.
    if (::ftruncate(file.get(), static_cast<off_t>(before.size)) != 0 || ::futimens(file.get(), times) != 0) {
        throw_io_error(errno, "cut back " + path);
    }
}

void RealDisk::overwrite(const std::string& path, std::string_view bytes, std::int64_t later_than) {
    const Descriptor file = open_file(path, O_WRONLY);
    const struct stat before = status_of(file, path);
    write_all(file, bytes, path);
    if (::ftruncate(file.get(), static_cast<off_t>(bytes.size())) != 0) {
        throw_io_error(errno, "truncate " + path);
    }
    raise_mtime(file, before, later_than, path);
}

void RealDisk::edit_in_place(const std::string& path, const std::function<void(const std::string&)>& edit,
                             std::int64_t later_than) {
    const Descriptor file = open_file(path, O_RDWR);
    const struct stat before = status_of(file, path);
    edit("/proc/self/fd/" + std::to_string(file.get()));
    raise_mtime(file, before, later_than, path);
    sync_or_throw(file, path);
}

void RealDisk::sync(const std::string& path) {
    sync_or_throw(open_file(path, O_RDONLY), path);
}

void RealDisk::sync_directory(const std::string& path) {
    sync_or_throw(open_or_throw(path, O_RDONLY | O_DIRECTORY), path);
}

namespace {

struct FlockedFile : FileLock {
    explicit FlockedFile(Descriptor locked) : file(std::move(locked)) {}
    Descriptor file;
};

/// A read lease is granted only while nobody has the file open for writing. Where leases are not to be had
/// (file system, privilege), flock alone must do.
bool somebody_writes(const Descriptor& file) {
    if (::fcntl(file.get(), F_SETLEASE, F_RDLCK) == 0) {
        ::fcntl(file.get(), F_SETLEASE, F_UNLCK);
        return false;
    }
    return errno == EAGAIN;
}

bool still_named(const std::string& path, const Descriptor& file) {
    const Descriptor named = try_open(path, O_PATH | O_NOFOLLOW);
    return named && identity_of(status_of(named, path)).same_file(identity_of(status_of(file, path)));
}

/// Tries until the file is ours: flocked (or, after `insist_on_flock`, not), nobody writing to it, still of
/// that name.
std::unique_ptr<FileLock> lock_within(const std::string& path, std::chrono::milliseconds patience,
                                      std::chrono::milliseconds insist_on_flock) {
    const auto start = std::chrono::steady_clock::now();
    std::chrono::steady_clock::duration waited{};
    do {
        Descriptor file = open_or_throw(path, O_RDONLY | O_NONBLOCK);
        const bool locked = ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
        if (!locked && errno != EWOULDBLOCK && errno != EINTR) {
            throw_io_error(errno, "lock " + path);
        }
        const bool regular = S_ISREG(status_of(file, path).st_mode);
        if ((locked || waited > insist_on_flock) &&
            (!regular || (!somebody_writes(file) && still_named(path, file)))) {
            return std::make_unique<FlockedFile>(std::move(file));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        waited = std::chrono::steady_clock::now() - start;
    } while (waited < patience);
    throw Error(
        Code::Busy,
        path + " is locked or open for writing by another program (an editor, newaliases, makemap); waited " +
            std::to_string(patience.count()) + " ms, nothing was changed: try again when it is done");
}

}  // namespace

std::unique_ptr<FileLock> RealDisk::lock(const std::string& path, std::chrono::milliseconds patience) {
    return lock_within(path, patience, patience);
}

std::unique_ptr<FileLock> RealDisk::lock_readable(const std::string& path,
                                                  std::chrono::milliseconds patience) {
    constexpr std::chrono::milliseconds a_moment{500};
    return lock_within(path, patience, a_moment);
}

}  // namespace mailstack

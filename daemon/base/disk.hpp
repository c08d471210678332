// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The only way to the disk: everything that changes a file goes through a Disk.
///
/// Two implementations: RealDisk (real_disk.hpp) and ModelDisk (model_disk.hpp), which knows what a crash may
/// leave. Nothing is durable before sync() of the file and, for names, sync_directory() of the directory has
/// returned. Every failure is an Error: NoSpace, ReadOnly, UnsafeFile, Busy, or IoFailed with the operation,
/// the path and the system's words.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// Tells whether a file is still the one that was read: not ctime, which a rename changes.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;  ///< 0: no file
    std::uint64_t size = 0;   ///< octets
    std::int64_t mtime = 0;   ///< nanoseconds since the epoch

    bool operator==(const FileIdentity&) const = default;
    bool exists() const noexcept { return inode != 0; }
    /// The same file, whatever became of its content.
    bool same_file(const FileIdentity& other) const noexcept {
        return device == other.device && inode == other.inode;
    }
};

struct FileContents {
    std::string bytes;
    FileIdentity identity;  ///< of just these bytes
};

/// Owner, group, ACL and extended attributes come from the file or directory `like` ("": the caller's own);
/// the mode too, unless `mode` is given.
struct NewFile {
    std::string like;
    std::optional<mode_t> mode{};
    /// Besides the owner this user alone may read the file, by an ACL: of the mode only the owner's bits
    /// count then, and what stat(2) tells as the group's is the ACL's mask (r). Error{Unsupported} where the
    /// file system has no ACLs.
    std::optional<uid_t> reader{};
};

/// Held until it is destroyed.
class FileLock {
  public:
    FileLock() = default;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    virtual ~FileLock() = default;
};

class Disk {
  public:
    Disk() = default;
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    virtual ~Disk() = default;

    // Looking. No symbolic link is followed; what is no regular file is UnsafeFile.
    virtual FileIdentity identity(const std::string& path) = 0;  ///< !exists() where there is no such file
    virtual FileContents read(const std::string& path) = 0;
    virtual std::vector<std::string> names(
        const std::string& directory) = 0;  ///< sorted; none where it is absent
    /// The path that `path` leads to through symbolic links owned by root (or by us), none of which leads out
    /// of `below`.
    virtual std::string resolve(const std::string& path, const std::string& below) = 0;
    /// libdb's way to look at a file: `look` is given a name that it can open for reading.
    virtual void look_at(const std::string& path,
                         const std::function<void(const std::string& file)>& look) = 0;

    // Changing.
    virtual void create(const std::string& path, std::string_view bytes, const NewFile& attributes) = 0;
    /// Throws Busy, having written nothing, where the file is not (or no longer) the one `expected`.
    virtual void append(const std::string& path, std::string_view bytes,
                        const std::optional<FileIdentity>& expected) = 0;
    virtual void truncate(const std::string& path, std::uint64_t size) = 0;
    /// Undo of an append: cut back to the size and the mtime that the file had, so that its identity is the
    /// old one.
    virtual void cut_back(const std::string& path, const FileIdentity& before) = 0;
    /// New content in the same file, in one write. The mtime becomes later by a whole second at least than it
    /// was and than `later_than` (nanoseconds; 0: any): sendmail's open sessions see a changed map only where
    /// its mtime is later, in seconds, than when they opened it, and newaliases may have set it back since.
    virtual void overwrite(const std::string& path, std::string_view bytes, std::int64_t later_than) = 0;
    /// `edit` changes the file through a name that libdb can open. The mtime as for overwrite(). Synced on
    /// return.
    virtual void edit_in_place(const std::string& path,
                               const std::function<void(const std::string& file)>& edit,
                               std::int64_t later_than) = 0;
    /// Swaps two files' names at once. Throws Busy, having swapped back, where somebody was about to write to
    /// `live`.
    virtual void exchange(const std::string& staged, const std::string& live) = 0;
    virtual void move(const std::string& from, const std::string& to) = 0;  ///< replaces nothing
    virtual void remove(const std::string& path) = 0;                       ///< a file or an empty directory
    virtual void make_directory(const std::string& path, mode_t mode) = 0;  ///< nothing where it exists
    void make_directory(const std::string& path) { make_directory(path, 0700); }
    virtual void sync(const std::string& path) = 0;
    virtual void sync_directory(const std::string& path) = 0;

    /// flock(LOCK_EX): the lock that sendmail, newaliases and makemap take. Also waits until nobody has the
    /// file open for writing. Throws Busy after `patience`.
    virtual std::unique_ptr<FileLock> lock(const std::string& path, std::chrono::milliseconds patience) = 0;
    /// For a file that everybody may read, and so may flock for ever: the flock is waited for a moment only
    /// and then done without; writers are waited for as with lock().
    virtual std::unique_ptr<FileLock> lock_readable(const std::string& path,
                                                    std::chrono::milliseconds patience) = 0;
};

/// The directory part of an absolute path, without a trailing slash.
std::string directory_of(const std::string& path);
std::string file_name_of(const std::string& path);

/// The Error for a failed system call: "cannot append to /etc/aliases: No space left on device".
[[noreturn]] void throw_io_error(int error_number, const std::string& what);

}  // namespace mailstack

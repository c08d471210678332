// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A disk in memory that knows what is durable. It logs every operation as effects; from the log the crash
/// tests make each state that a power failure could leave: a prefix of the operations, less any of the
/// effects not yet synced.
///
/// Effects on one file: each 4 KiB page written, each change of length, each mtime is an effect of its own; a
/// rename or an exchange is one. libdb works on a memfd, so its real page writes are modelled.
#pragma once

#include <map>
#include <variant>

#include "base/disk.hpp"

namespace mailstack {

class ModelDisk : public Disk {
  public:
    ModelDisk();

    // For tests.
    /// Content without history: as if it had always been there.
    void put(const std::string& path, std::string bytes);
    bool has(const std::string& path) const;
    /// Who may read the file besides its owner (NewFile::reader).
    std::optional<uid_t> reader(const std::string& path) const;
    /// With which a directory was made here; a crash is not asked about it.
    std::optional<mode_t> mode(const std::string& directory) const;
    /// A write in place that leaves size and mtime as they were: an editor's within one tick of the kernel's
    /// clock.
    void rewrite_unseen(const std::string& path, std::size_t offset, std::string_view bytes);
    /// Forgets the log: the present state is durable.
    void settle();
    std::size_t operations() const noexcept { return log_.size(); }
    /// The number of effects among the first `operations` that are not durable then.
    std::size_t pending(std::size_t operations) const;
    /// What the disk holds after a crash behind the first `operations`, with those pending effects whose
    /// index is in `survives` (a file's append may survive although an earlier one did not: the model is
    /// pessimistic).
    std::unique_ptr<ModelDisk> crashed(std::size_t operations, const std::vector<bool>& survives) const;
    /// The same for disks on which the same names stand for the same content and times.
    std::size_t fingerprint() const;
    /// Called before each changing operation with its number; may throw an Error in the disk's stead, or act
    /// as an editor does (through a copy of the operations below, which then log as well).
    std::function<void(std::size_t operation, const std::string& what)> before_operation;

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

  private:
    using Inode = std::uint64_t;

    struct File {
        std::string bytes;
        std::int64_t mtime = 0;
        std::optional<uid_t> reader{};
    };
    struct State {
        std::map<std::string, Inode> names;  ///< full path to inode; directories are inode 0
        std::map<Inode, File> files;
    };
    struct Page {  ///< bytes written at an offset, extending the file with zeros where needed
        Inode inode;
        std::uint64_t offset;
        std::string bytes;
    };
    struct Length {
        Inode inode;
        std::uint64_t size;
    };
    struct Time {
        Inode inode;
        std::int64_t mtime;
    };
    struct Reader {
        Inode inode;
        uid_t reader;
    };
    struct Names {  ///< names that change together; 0: the name goes
        std::vector<std::pair<std::string, std::optional<Inode>>> entries;
    };
    using Effect = std::variant<Page, Length, Time, Reader, Names>;
    struct SyncFile {
        Inode inode;
    };
    struct SyncNames {
        std::string directory;
    };
    using Operation = std::variant<std::vector<Effect>, SyncFile, SyncNames>;

    static void apply(State& state, const Effect& effect);
    static bool covers(const Operation& sync, const Effect& effect);
    std::vector<const Effect*> split(std::size_t operations, State& durable) const;

    void before(const std::string& what);
    void perform(std::vector<Effect> effects);
    Inode inode_of(const std::string& path, const std::string& what) const;
    std::vector<Effect> content_change(Inode inode, const std::string& from, std::string_view to) const;
    std::int64_t later(Inode inode, std::int64_t than);

    State initial_, now_;
    std::vector<Operation> log_;
    std::map<std::string, mode_t> modes_;
    Inode next_inode_ = 1;
    std::int64_t clock_ = 1'700'000'000'000'000'000;
};

}  // namespace mailstack

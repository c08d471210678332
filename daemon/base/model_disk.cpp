// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/model_disk.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/file_calls.hpp"

namespace mailstack {

namespace {

constexpr std::size_t page_size = 4096;

/// The file's bytes under a name that libdb can open.
struct InMemory {
    explicit InMemory(const std::string& bytes) : file(::memfd_create("model", MFD_CLOEXEC)) {
        write_all(file, bytes, "a file in memory");
    }
    std::string name() const { return "/proc/self/fd/" + std::to_string(file.get()); }
    std::string bytes() const { return read_all(file, "a file in memory"); }
    Descriptor file;
};

}  // namespace

ModelDisk::ModelDisk() {
    initial_.names["/"] = 0;
}

void ModelDisk::apply(State& state, const Effect& effect) {
    if (const auto* page = std::get_if<Page>(&effect)) {
        std::string& bytes = state.files[page->inode].bytes;
        bytes.resize(std::max(bytes.size(), page->offset + page->bytes.size()));
        bytes.replace(page->offset, page->bytes.size(), page->bytes);
    } else if (const auto* length = std::get_if<Length>(&effect)) {
        state.files[length->inode].bytes.resize(length->size);
    } else if (const auto* time = std::get_if<Time>(&effect)) {
        state.files[time->inode].mtime = time->mtime;
    } else if (const auto* acl = std::get_if<Reader>(&effect)) {
        state.files[acl->inode].reader = acl->reader;
    } else {
        for (const auto& [name, inode] : std::get<Names>(effect).entries) {
            if (inode) {
                state.names[name] = *inode;
            } else {
                state.names.erase(name);
            }
        }
    }
}

bool ModelDisk::covers(const Operation& sync, const Effect& effect) {
    if (const auto* file = std::get_if<SyncFile>(&sync)) {
        return std::visit(
            [&](const auto& part) {
                if constexpr (requires { part.inode; }) {
                    return part.inode == file->inode;
                } else {
                    return false;
                }
            },
            effect);
    }
    const auto* names = std::get_if<Names>(&effect);
    const auto* directory = std::get_if<SyncNames>(&sync);
    // A rename is one entry of the file system's journal: durable as a whole with either directory.
    return names != nullptr && directory != nullptr &&
           std::any_of(names->entries.begin(), names->entries.end(),
                       [&](const auto& entry) { return directory_of(entry.first) == directory->directory; });
}

std::vector<const ModelDisk::Effect*> ModelDisk::split(std::size_t operations, State& durable) const {
    durable = initial_;
    std::vector<const Effect*> waiting;
    for (std::size_t i = 0; i < operations; ++i) {
        if (const auto* effects = std::get_if<std::vector<Effect>>(&log_[i])) {
            for (const Effect& effect : *effects) {
                waiting.push_back(&effect);
            }
            continue;
        }
        std::erase_if(waiting, [&](const Effect* effect) {
            const bool synced = covers(log_[i], *effect);
            if (synced) {
                apply(durable, *effect);
            }
            return synced;
        });
    }
    return waiting;
}

std::size_t ModelDisk::pending(std::size_t operations) const {
    State durable;
    return split(operations, durable).size();
}

std::unique_ptr<ModelDisk> ModelDisk::crashed(std::size_t operations,
                                              const std::vector<bool>& survives) const {
    auto disk = std::make_unique<ModelDisk>();
    const auto waiting = split(operations, disk->initial_);
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (survives.at(i)) {
            apply(disk->initial_, *waiting[i]);
        }
    }
    disk->now_ = disk->initial_;
    disk->next_inode_ = next_inode_;
    disk->clock_ = clock_ + 10'000'000'000;
    return disk;
}

std::size_t ModelDisk::fingerprint() const {
    std::string all;
    for (const auto& [name, inode] : now_.names) {
        all += name + '\0' + std::to_string(inode) + '\0';
        const auto file = now_.files.find(inode);
        if (file != now_.files.end()) {
            const auto& [bytes, mtime, reader] = file->second;
            all += std::to_string(mtime) + '\0' + (reader ? std::to_string(*reader) : "") + '\0' +
                   std::to_string(bytes.size()) + '\0' + bytes;
        }
    }
    return std::hash<std::string>{}(all);
}

void ModelDisk::put(const std::string& path, std::string bytes) {
    for (std::string parent = directory_of(path); parent != "/"; parent = directory_of(parent)) {
        now_.names[parent] = 0;
    }
    const auto found = now_.names.find(path);
    const Inode inode = found == now_.names.end() ? next_inode_++ : found->second;
    now_.names[path] = inode;
    now_.files[inode] = {.bytes = std::move(bytes), .mtime = clock_ += 1000, .reader = {}};
    settle();
}

bool ModelDisk::has(const std::string& path) const {
    return now_.names.contains(path);
}

std::optional<uid_t> ModelDisk::reader(const std::string& path) const {
    const auto file = now_.files.find(now_.names.at(path));
    return file == now_.files.end() ? std::nullopt : file->second.reader;
}

std::optional<mode_t> ModelDisk::mode(const std::string& directory) const {
    const auto made = modes_.find(directory);
    return made == modes_.end() ? std::nullopt : std::optional(made->second);
}

void ModelDisk::rewrite_unseen(const std::string& path, std::size_t offset, std::string_view bytes) {
    now_.files.at(now_.names.at(path)).bytes.replace(offset, bytes.size(), bytes);
    settle();
}

void ModelDisk::settle() {
    initial_ = now_;
    log_.clear();
}

void ModelDisk::before(const std::string& what) {
    if (before_operation) {
        before_operation(log_.size(), what);
    }
}

void ModelDisk::perform(std::vector<Effect> effects) {
    for (const Effect& effect : effects) {
        apply(now_, effect);
    }
    log_.emplace_back(std::move(effects));
}

ModelDisk::Inode ModelDisk::inode_of(const std::string& path, const std::string& what) const {
    const auto found = now_.names.find(path);
    if (found == now_.names.end()) {
        throw_io_error(ENOENT, what + " " + path);
    }
    return found->second;
}

std::vector<ModelDisk::Effect> ModelDisk::content_change(Inode inode, const std::string& from,
                                                         std::string_view to) const {
    std::vector<Effect> effects;
    for (std::size_t offset = 0; offset < to.size(); offset += page_size) {
        const std::string_view page = to.substr(offset, page_size);
        if (offset >= from.size() || page != std::string_view(from).substr(offset, page_size)) {
            effects.emplace_back(Page{inode, offset, std::string(page)});
        }
    }
    if (to.size() < from.size()) {
        effects.emplace_back(Length{inode, to.size()});
    }
    return effects;
}

std::int64_t ModelDisk::later(Inode inode, std::int64_t than) {
    constexpr std::int64_t second = 1'000'000'000;
    clock_ += 1000;
    return std::max(clock_, (std::max(now_.files[inode].mtime, than) / second + 1) * second);
}

FileIdentity ModelDisk::identity(const std::string& path) {
    const auto found = now_.names.find(path);
    if (found == now_.names.end()) {
        return {};
    }
    const File& file = now_.files[found->second];
    return {.device = 1, .inode = found->second, .size = file.bytes.size(), .mtime = file.mtime};
}

FileContents ModelDisk::read(const std::string& path) {
    return {.bytes = now_.files[inode_of(path, "open")].bytes, .identity = identity(path)};
}

std::vector<std::string> ModelDisk::names(const std::string& directory) {
    std::vector<std::string> found;
    for (const auto& [path, inode] : now_.names) {
        if (path != "/" && directory_of(path) == directory) {
            found.push_back(file_name_of(path));
        }
    }
    return found;
}

std::string ModelDisk::resolve(const std::string& path, const std::string& /*below*/) {
    return path;
}

void ModelDisk::look_at(const std::string& path, const std::function<void(const std::string&)>& look) {
    look(InMemory(read(path).bytes).name());
}

void ModelDisk::create(const std::string& path, std::string_view bytes, const NewFile& attributes) {
    before("create " + path);
    if (has(path)) {
        throw_io_error(EEXIST, "open " + path);
    }
    const Inode inode = next_inode_++;
    std::vector<Effect> effects = content_change(inode, {}, bytes);
    effects.emplace_back(Names{{{path, inode}}});
    effects.emplace_back(Time{inode, clock_ += 1000});
    if (attributes.reader) {
        effects.emplace_back(Reader{inode, *attributes.reader});
    }
    perform(std::move(effects));
}

void ModelDisk::append(const std::string& path, std::string_view bytes,
                       const std::optional<FileIdentity>& expected) {
    before("append " + path);
    const Inode inode = inode_of(path, "open");
    if (expected && identity(path) != *expected) {
        throw Error(Code::Busy, path + " was changed by another program at the same moment");
    }
    // Half of it may be durable without the rest.
    const std::size_t half = bytes.size() / 2;
    const std::size_t end = now_.files[inode].bytes.size();
    perform({Page{inode, end, std::string(bytes.substr(0, half))},
             Page{inode, end + half, std::string(bytes.substr(half))}, Time{inode, clock_ += 1000}});
}

void ModelDisk::truncate(const std::string& path, std::uint64_t size) {
    before("truncate " + path);
    const Inode inode = inode_of(path, "open");
    perform({Length{inode, size}, Time{inode, clock_ += 1000}});
}

void ModelDisk::cut_back(const std::string& path, const FileIdentity& before_append) {
    before("cut back " + path);
    const Inode inode = inode_of(path, "open");
    perform({Length{inode, before_append.size}, Time{inode, before_append.mtime}});
}

void ModelDisk::overwrite(const std::string& path, std::string_view bytes, std::int64_t later_than) {
    before("overwrite " + path);
    const Inode inode = inode_of(path, "open");
    std::vector<Effect> effects = content_change(inode, now_.files[inode].bytes, bytes);
    effects.emplace_back(Time{inode, later(inode, later_than)});
    perform(std::move(effects));
}

void ModelDisk::edit_in_place(const std::string& path, const std::function<void(const std::string&)>& edit,
                              std::int64_t later_than) {
    before("edit " + path);
    const Inode inode = inode_of(path, "open");
    const std::string old_bytes = now_.files[inode].bytes;
    const InMemory file(old_bytes);
    edit(file.name());
    std::vector<Effect> effects = content_change(inode, old_bytes, file.bytes());
    effects.emplace_back(Time{inode, later(inode, later_than)});
    perform(std::move(effects));
    sync(path);
}

void ModelDisk::exchange(const std::string& staged, const std::string& live) {
    before("exchange " + live);
    perform({Names{{{staged, inode_of(live, "exchange")}, {live, inode_of(staged, "exchange")}}}});
}

void ModelDisk::move(const std::string& from, const std::string& to) {
    before("move " + from);
    if (has(to)) {
        throw_io_error(EEXIST, "rename " + from + " to " + to);
    }
    perform({Names{{{from, std::nullopt}, {to, inode_of(from, "rename")}}}});
}

void ModelDisk::remove(const std::string& path) {
    before("remove " + path);
    inode_of(path, "remove");
    perform({Names{{{path, std::nullopt}}}});
}

void ModelDisk::make_directory(const std::string& path, mode_t mode) {
    if (!has(path)) {
        before("make " + path);
        perform({Names{{{path, 0}}}});
        modes_[path] = mode;
    }
}

void ModelDisk::sync(const std::string& path) {
    before("sync " + path);
    log_.emplace_back(SyncFile{inode_of(path, "sync")});
}

void ModelDisk::sync_directory(const std::string& path) {
    before("sync " + path);
    log_.emplace_back(SyncNames{path});
}

std::unique_ptr<FileLock> ModelDisk::lock(const std::string& path, std::chrono::milliseconds /*patience*/) {
    inode_of(path, "lock");
    return std::make_unique<FileLock>();
}

std::unique_ptr<FileLock> ModelDisk::lock_readable(const std::string& path,
                                                   std::chrono::milliseconds patience) {
    return lock(path, patience);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/stage.hpp"

#include <algorithm>
#include <chrono>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "engine/map_format.hpp"

namespace mailstack {

std::string stage_directory(const Layout& layout, std::uint64_t generation) {
    return layout.stage() + '/' + std::to_string(generation);
}

namespace {

/// Puts new texts and copies of old maps into the stage, durably. Nothing is staged for what is changed in
/// place.
class Shelf {
  public:
    Shelf(const Workshop& workshop, std::uint64_t generation)
        : workshop_(workshop), directory_(stage_directory(workshop.layout, generation)) {}

    std::string put(std::string_view bytes, const NewFile& attributes) {
        Disk& disk = workshop_.disk;
        if (count_ == 0) {
            disk.make_directory(workshop_.layout.stage());
            disk.make_directory(directory_);
        }
        std::string path = directory_ + '/' + std::to_string(count_++);
        disk.create(path, bytes, attributes);
        disk.sync(path);
        return path;
    }

    void make_durable() {
        if (count_ > 0) {
            workshop_.disk.sync_directory(directory_);
            workshop_.disk.sync_directory(workshop_.layout.stage());
            workshop_.disk.sync_directory(workshop_.layout.home());
        }
    }

  private:
    const Workshop& workshop_;
    std::string directory_;
    int count_ = 0;
};

[[noreturn]] void give_up(Error cause) {
    throw RolledBack{.cause = std::move(cause), .files_whole = true, .undo_failure = {}, .notes = {}};
}

/// Whether `text` is what the edit was made from.
bool is_made_from(const TextEdit& edit, std::string_view text) {
    const std::string_view made = edit.bytes;
    const std::size_t tail = edit.offset + edit.inserted;
    return text.size() == made.size() - edit.inserted + edit.removed.size() &&
           text.substr(0, edit.offset) == made.substr(0, edit.offset) &&
           text.substr(edit.offset, edit.removed.size()) == edit.removed &&
           text.substr(edit.offset + edit.removed.size()) == made.substr(tail);
}

/// The kernel's clock ticks every few milliseconds: a save of the same length within one tick leaves the
/// identity as it was. Before a text is replaced its bytes are compared, which costs no more than writing
/// them.
void require_unedited(Disk& disk, const TextEdit& edit) {
    if (edit.before.exists() && !is_made_from(edit, disk.read(edit.path).bytes)) {
        give_up(edited_meanwhile(edit.path));
    }
}

TextRecord staged_text(const Workshop& workshop, Shelf& shelf, const TextEdit& edit) {
    TextRecord record{.path = edit.path,
                      .staged = {},
                      .before = edit.before,
                      .staged_after = {},
                      .offset = edit.offset,
                      .inserted = edit.inserted,
                      .inserted_sha256 = sha256(
                          std::string_view(edit.bytes).substr(edit.appends ? 0 : edit.offset, edit.inserted)),
                      .removed = edit.removed};
    if (edit.appends) {
        return record;
    }
    require_unedited(workshop.disk, edit);
    const bool exists = edit.before.exists();
    // Others may pass through our directory, to a file of theirs.
    const bool ours = edit.path.starts_with(workshop.layout.home() + '/');
    record.kind = exists ? TextRecord::Kind::Replace : TextRecord::Kind::Create;
    record.staged = exists ? shelf.put(edit.bytes, {.like = edit.path, .mode = {}})
                           : shelf.put(edit.bytes, {.like = {}, .mode = ours ? 0600 : 0644});
    record.staged_after = workshop.disk.identity(record.staged);
    return record;
}

/// The record has no bytes of it: a key may be among them. One that gives way lies in the stage until the
/// commit.
TextRecord staged_file(const Workshop& workshop, Shelf& shelf, const ProvidedFile& file) {
    const bool matters = file.on_existing == OnExisting::Replace || file.expected;
    const FileIdentity present = matters ? workshop.disk.identity(file.path) : FileIdentity{};
    const bool is_other = file.expected && present != *file.expected;
    if (is_other || (present.exists() && !file.expected_sha256.empty() &&
                     sha256(workshop.disk.read(file.path).bytes) != file.expected_sha256)) {
        give_up(edited_meanwhile(file.path));
    }
    TextRecord record{
        .kind = present.exists() ? TextRecord::Kind::Replace : TextRecord::Kind::Create,
        .path = file.path,
        .staged = file.keeps_attributes && present.exists()
                      ? shelf.put(file.bytes, {.like = file.path, .mode = {}})
                      : shelf.put(file.bytes, {.like = {}, .mode = file.mode, .reader = file.reader}),
        .before = present,
        .staged_after = {},
        .inserted_sha256 = {},
        .removed = {}};
    record.staged_after = workshop.disk.identity(record.staged);
    return record;
}

/// Of two writings of one file neither could be undone.
void require_single(const Record& record, const std::string& path) {
    const bool taken = std::any_of(record.texts.begin(), record.texts.end(),
                                   [&](const TextRecord& text) { return text.path == path; });
    if (taken) {
        throw Error(Code::Internal, path + " would be written twice in one change");
    }
}

/// A drifted text does not say what its map holds: the map itself is asked.
std::vector<MapEdit> present_keys(Disk& disk, const MapUpdate& update) {
    if (!update.text_drifted) {
        return update.old_keys;
    }
    std::vector<MapEdit> present;
    disk.look_at(update.path, [&](const std::string& file) {
        for (const MapEdit& edit : update.edits) {
            present.push_back({.key = edit.key, .value = map_lookup(update.format, file, edit.key)});
        }
    });
    return present;
}

MapRecord staged_map(const Workshop& workshop, Shelf& shelf, const MapUpdate& update) {
    MapRecord record{.format = update.format,
                     .path = update.path,
                     .text_path = update.text_path,
                     .old_copy = {},
                     .text_drifted = update.text_drifted,
                     .old_keys = {}};
    if (update.format == MapFormat::Authinfo) {
        // Undo makes it anew: a copy, or its keys, would be passwords in another place.
        record.kind = update.exists ? MapRecord::Kind::Keys : MapRecord::Kind::Create;
    } else if (!update.rebuild) {
        record.old_keys = present_keys(workshop.disk, update);
    } else if (update.exists) {
        record.kind = MapRecord::Kind::Rebuild;
        record.old_copy = shelf.put(workshop.disk.read(update.path).bytes, {.like = {}, .mode = 0600});
    } else {
        record.kind = MapRecord::Kind::Create;
    }
    return record;
}

}  // namespace

Error edited_meanwhile(const std::string& path) {
    return {Code::Busy, path + " was changed by another program at the same moment"};
}

Record stage(const Workshop& workshop, const Plan& plan, const std::vector<CallerRecord>& callers,
             Activation activation) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    Record record{.generation = workshop.journal.newest().generation + 1,
                  .time = std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                  .activation = activation,
                  .callers = callers,
                  .texts = {},
                  .maps = {}};
    Shelf shelf(workshop, record.generation);
    for (const TextEdit& edit : plan.texts) {
        record.texts.push_back(staged_text(workshop, shelf, edit));
    }
    for (const auto& file : plan.files) {
        require_single(record, file->path);
        record.texts.push_back(staged_file(workshop, shelf, *file));
    }
    for (const MapUpdate& update : plan.maps) {
        record.maps.push_back(staged_map(workshop, shelf, update));
    }
    shelf.make_durable();
    return record;
}

void remove_stage(const Layout& layout, Disk& disk, std::uint64_t generation) {
    for (const std::string& name : disk.names(layout.stage())) {
        if (generation != 0 && name != std::to_string(generation)) {
            continue;
        }
        const std::string directory = layout.stage() + '/' + name;
        for (const std::string& file : disk.names(directory)) {
            disk.remove(std::string(directory).append("/").append(file));
        }
        disk.remove(directory);
    }
}

/// What lies in the stage is needed no more; what cannot be removed now goes at the next start.
void clear_stage(const Workshop& workshop, std::uint64_t generation) {
    try {
        remove_stage(workshop.layout, workshop.disk, generation);
    } catch (const Error&) {
        return;
    }
}

bool has_staged(const Record& record) {
    return std::any_of(record.texts.begin(), record.texts.end(),
                       [](const TextRecord& text) { return !text.staged.empty(); }) ||
           std::any_of(record.maps.begin(), record.maps.end(),
                       [](const MapRecord& map) { return !map.old_copy.empty(); });
}

}  // namespace mailstack

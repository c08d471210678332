// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/transaction.hpp"

#include <algorithm>
#include <chrono>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "engine/loader.hpp"
#include "engine/undo.hpp"

namespace mailstack {

namespace {

std::string stage_directory(const Layout& layout, std::uint64_t generation) {
    return layout.stage() + '/' + std::to_string(generation);
}

/// Puts new texts and copies of old maps into the stage, durably. Nothing is staged for what is changed in
/// place.
class Stage {
  public:
    Stage(const Workshop& workshop, std::uint64_t generation)
        : workshop_(workshop), directory_(stage_directory(workshop.layout, generation)) {}

    std::string put(std::string_view bytes, const NewFile& attributes) {
        Disk& disk = workshop_.disk;
        if (count_ == 0) {
            disk.make_directory(workshop_.layout.stage());
            disk.make_directory(directory_);
        }
        const std::string path = directory_ + '/' + std::to_string(count_++);
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
        throw RolledBack{
            .cause = Error(Code::Busy, edit.path + " was changed by another program at the same moment"),
            .files_whole = true,
            .undo_failure = {},
            .notes = {}};
    }
}

TextRecord staged_text(const Workshop& workshop, Stage& stage, const TextEdit& edit) {
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
    record.kind = exists ? TextRecord::Kind::Replace : TextRecord::Kind::Create;
    record.staged = exists ? stage.put(edit.bytes, {.like = edit.path, .mode = {}})
                           : stage.put(edit.bytes, {.like = {}, .mode = 0644});
    record.staged_after = workshop.disk.identity(record.staged);
    return record;
}

/// A drifted text does not say what its map holds: the map itself is asked.
std::vector<MapEdit> present_keys(Disk& disk, const MapUpdate& update) {
    if (!update.text_drifted) {
        return update.old_keys;
    }
    std::vector<MapEdit> present;
    disk.look_at(update.path, [&](const std::string& file) {
        for (const MapEdit& edit : update.edits) {
            present.push_back({.key = edit.key, .value = map_lookup(file, edit.key)});
        }
    });
    return present;
}

MapRecord staged_map(const Workshop& workshop, Stage& stage, const MapUpdate& update) {
    MapRecord record{.path = update.path,
                     .text_path = update.text_path,
                     .old_copy = {},
                     .text_drifted = update.text_drifted,
                     .old_keys = {}};
    if (!update.rebuild) {
        record.old_keys = present_keys(workshop.disk, update);
    } else if (update.exists) {
        record.kind = MapRecord::Kind::Rebuild;
        record.old_copy = stage.put(workshop.disk.read(update.path).bytes, {.like = {}, .mode = 0600});
    } else {
        record.kind = MapRecord::Kind::Create;
    }
    return record;
}

Record staged(const Workshop& workshop, const Plan& plan, const std::vector<CallerRecord>& callers,
              Activation activation) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    Record record{.generation = workshop.journal.newest().generation + 1,
                  .time = std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                  .activation = activation,
                  .callers = callers,
                  .texts = {},
                  .maps = {}};
    Stage stage(workshop, record.generation);
    for (const TextEdit& edit : plan.texts) {
        record.texts.push_back(staged_text(workshop, stage, edit));
    }
    for (const MapUpdate& update : plan.maps) {
        record.maps.push_back(staged_map(workshop, stage, update));
    }
    stage.make_durable();
    return record;
}

[[noreturn]] void edited_meanwhile(const std::string& path) {
    throw Error(Code::Busy, path + " was changed by another program at the same moment");
}

/// What the file holds then is what was read and what we added, and nothing else.
FileIdentity append_text(Disk& disk, const TextEdit& edit) {
    disk.append(edit.path, edit.bytes, edit.before);
    const FileIdentity now =
        disk.identity(edit.path);  // at once: whatever is written later is an edit by hand
    disk.sync(edit.path);
    if (!now.same_file(edit.before) || now.size != edit.before.size + edit.bytes.size()) {
        edited_meanwhile(edit.path);
    }
    return now;
}

/// Returns the identity of the file as we left it: whatever it is later, somebody else has edited it.
FileIdentity swap_text(Disk& disk, const TextEdit& edit, const TextRecord& record) {
    if (record.kind == TextRecord::Kind::Append) {
        return append_text(disk, edit);
    }
    if (record.kind == TextRecord::Kind::Create) {
        disk.move(record.staged, edit.path);
    } else {
        disk.exchange(record.staged, edit.path);
        if (disk.identity(record.staged) != edit.before) {
            edited_meanwhile(edit.path);
        }
    }
    disk.sync_directory(directory_of(edit.path));
    disk.sync_directory(directory_of(record.staged));
    return record.staged_after;
}

/// A new map belongs to whoever owns its directory: on Debian smmta, whose maps sendmail trusts.
void create_map(Disk& disk, const std::string& path, const std::string& bytes) {
    disk.create(path, bytes, {.like = directory_of(path), .mode = 0640});
    disk.sync(path);
    disk.sync_directory(directory_of(path));
}

/// The bytes of the whole map, telling how far it is.
std::string built_map(const Workshop& workshop, const AliasFile& file) {
    constexpr std::uint64_t between_reports = 50'000;
    std::uint64_t done = 0;
    return build_alias_map([&](const auto& visit) {
        file.each([&](std::string_view key, std::string_view value) {
            visit(key, value);
            if (++done % between_reports == 0) {
                workshop.progress(done, file.count());
            }
        });
        workshop.progress(done, file.count());
    });
}

void update_map(const Workshop& workshop, const MapUpdate& update) {
    Disk& disk = workshop.disk;
    if (!update.rebuild) {
        disk.edit_in_place(
            update.path, [&](const std::string& file) { edit_map(file, update.edits); }, update.written);
        return;
    }
    const std::string bytes = built_map(workshop, update.file);
    if (!update.exists) {
        create_map(disk, update.path, bytes);
        return;
    }
    disk.overwrite(update.path, bytes, update.written);
    disk.sync(update.path);
}

/// What was attempted is what there is to undo: `attempted` grows with every step.
void swap_texts(Disk& disk, const Plan& plan, const Record& record, Record& attempted, Configuration& after) {
    for (std::size_t i = 0; i < plan.texts.size(); ++i) {
        if (disk.identity(plan.texts[i].path) != plan.texts[i].before) {
            edited_meanwhile(plan.texts[i].path);
        }
        attempted.texts.push_back(record.texts[i]);
        const FileIdentity written = swap_text(disk, plan.texts[i], record.texts[i]);
        for (AliasSource& source : after.aliases) {
            if (source.text_path == plan.texts[i].path) {
                source.text_identity = written;
            }
        }
    }
}

void update_maps(const Workshop& workshop, const Plan& plan, const Record& record, Record& attempted,
                 Configuration& after) {
    for (std::size_t i = 0; i < plan.maps.size(); ++i) {
        const MapUpdate& update = plan.maps[i];
        workshop.beat();
        attempted.maps.push_back(record.maps[i]);
        update_map(workshop, update);
        for (AliasSource& source : after.aliases) {
            if (source.map_path == update.path) {
                source.map_identity = workshop.disk.identity(update.path);
                source.map_written = source.map_identity.mtime;
                source.map_is_ours = true;
                source.drifted = source.drifted && !update.rebuild;
            }
        }
    }
    workshop.beat();
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

}  // namespace

void activate(const Workshop& workshop, Activation activation) {
    Mta& mta = workshop.mta;
    // An MTA that does not run reads the files when it starts: there is nothing to reload, and the reply
    // tells so.
    const bool nothing_to_do = activation == Activation::None ||
                               (activation == Activation::Reload && mta.state() != MtaState::Running);
    if (nothing_to_do) {
        return;
    }
    workshop.beat();
    if (activation == Activation::Reload) {
        mta.reload();
    } else {
        mta.restart();
    }
    workshop.beat();
    mta.prove();
    workshop.beat();
}

void activate_again(const Workshop& workshop) {
    try {
        activate(workshop, Activation::Reload);
    } catch (const Error& failure) {
        if (failure.code() == Code::Unsupported) {
            throw;
        }
        // What a reload cannot bring back, a restart may; its failure is told.
        activate(workshop, Activation::Restart);
    }
}

void carry_out(const Workshop& workshop, const Plan& plan, const std::vector<CallerRecord>& callers,
               Activation activation, Configuration& after) {
    Record record;
    try {
        record = staged(workshop, plan, callers, activation);
        workshop.journal.begin(record);
    } catch (const Error&) {
        clear_stage(workshop, workshop.journal.newest().generation + 1);
        throw;
    }
    Record attempted = record;
    attempted.texts.clear();
    attempted.maps.clear();
    bool activated = false;
    try {
        swap_texts(workshop.disk, plan, record, attempted, after);
        update_maps(workshop, plan, record, attempted, after);
        activated = activation != Activation::None;
        activate(workshop, activation);
        workshop.journal.commit({.generation = record.generation, .files = written_files(after)});
    } catch (const Error& cause) {
        const bool refused = cause.code() == Code::Unsupported;  // the MTA was not touched
        throw undo_live(workshop, attempted, cause, activated && !refused);
    } catch (const std::exception& cause) {
        throw undo_live(workshop, attempted, Error(Code::Internal, cause.what()), activated);
    }
    if (has_staged(record)) {
        clear_stage(workshop, record.generation);
    }
}

}  // namespace mailstack

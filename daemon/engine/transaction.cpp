// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/transaction.hpp"

#include "base/error.hpp"
#include "engine/activation.hpp"
#include "engine/loader.hpp"
#include "engine/map_format.hpp"
#include "engine/secret_file.hpp"
#include "engine/stage.hpp"
#include "engine/staged_check.hpp"
#include "engine/undo.hpp"

namespace mailstack {

namespace {

/// What the file holds then is what was read and what we added, and nothing else.
FileIdentity append_text(Disk& disk, const TextEdit& edit) {
    disk.append(edit.path, edit.bytes, edit.before);
    const FileIdentity now =
        disk.identity(edit.path);  // at once: whatever is written later is an edit by hand
    disk.sync(edit.path);
    if (!now.same_file(edit.before) || now.size != edit.before.size + edit.bytes.size()) {
        throw edited_meanwhile(edit.path);
    }
    return now;
}

void swap_staged(Disk& disk, const TextRecord& record) {
    if (record.kind == TextRecord::Kind::Create) {
        disk.move(record.staged, record.path);
    } else {
        disk.exchange(record.staged, record.path);
        if (disk.identity(record.staged) != record.before) {
            throw edited_meanwhile(record.path);
        }
    }
    disk.sync_directory(directory_of(record.path));
    disk.sync_directory(directory_of(record.staged));
}

/// Returns the identity of the file as we left it: whatever it is later, somebody else has edited it.
FileIdentity swap_text(Disk& disk, const TextEdit& edit, const TextRecord& record) {
    if (record.kind == TextRecord::Kind::Append) {
        return append_text(disk, edit);
    }
    swap_staged(disk, record);
    return record.staged_after;
}

/// A new map belongs to whoever owns its directory: on Debian smmta, whose maps sendmail trusts.
void create_map(Disk& disk, const std::string& path, std::string_view bytes, mode_t mode) {
    disk.create(path, bytes, {.like = directory_of(path), .mode = mode});
    disk.sync(path);
    disk.sync_directory(directory_of(path));
}

/// The bytes of the whole map, telling how far it is.
std::string built_map(const Workshop& workshop, const MapUpdate& update) {
    constexpr std::uint64_t between_reports = 50'000;
    std::uint64_t done = 0;
    return build_map(update.format, [&](const auto& visit) {
        update.pairs([&](std::string_view key, std::string_view value) {
            visit(key, value);
            if (++done % between_reports == 0) {
                workshop.progress(done, update.count);
            }
        });
        workshop.progress(done, update.count);
    });
}

void update_map(const Workshop& workshop, const MapUpdate& update) {
    Disk& disk = workshop.disk;
    if (!update.rebuild) {
        disk.edit_in_place(
            update.path, [&](const std::string& file) { edit_map(update.format, file, update.edits); },
            update.written);
        return;
    }
    const auto put = [&](std::string_view bytes) {
        if (!update.exists) {
            create_map(disk, update.path, bytes, update.format == MapFormat::Authinfo ? 0600 : 0640);
            return;
        }
        disk.overwrite(update.path, bytes, update.written);
        disk.sync(update.path);
    };
    if (update.format == MapFormat::Authinfo) {
        with_authinfo_map(workshop.layout.secrets(), disk, update.credentials, put);
    } else {
        put(built_map(workshop, update));
    }
}

/// What was attempted is what there is to undo: `attempted` grows with every step.
void swap_texts(Disk& disk, const Plan& plan, const Record& record, Record& attempted, Configuration& after) {
    for (std::size_t i = 0; i < plan.texts.size(); ++i) {
        if (disk.identity(plan.texts[i].path) != plan.texts[i].before) {
            throw edited_meanwhile(plan.texts[i].path);
        }
        attempted.texts.push_back(record.texts[i]);
        const FileIdentity written = swap_text(disk, plan.texts[i], record.texts[i]);
        all_managed(after)[plan.texts[i].source]->text_identity = written;
    }
}

/// A directory that is missing is open to all where the file is, and to be passed by all where one reads it.
void make_directory_for(Disk& disk, const ProvidedFile& file) {
    const std::string directory = directory_of(file.path);
    const mode_t closed = file.reader ? 0711 : 0700;
    disk.make_directory(directory, (file.mode & 0004U) != 0 ? 0755 : closed);
    disk.sync_directory(directory_of(directory));
}

/// Their records stand behind those of the texts.
void put_files(Disk& disk, const Plan& plan, const Record& record, Record& attempted) {
    for (std::size_t i = plan.texts.size(); i < record.texts.size(); ++i) {
        const TextRecord& file = record.texts[i];
        make_directory_for(disk, *plan.files[i - plan.texts.size()]);
        attempted.texts.push_back(file);
        swap_staged(disk, file);
    }
}

void update_maps(const Workshop& workshop, const Plan& plan, const Record& record, Record& attempted,
                 Configuration& after) {
    for (std::size_t i = 0; i < plan.maps.size(); ++i) {
        const MapUpdate& update = plan.maps[i];
        workshop.beat();
        attempted.maps.push_back(record.maps[i]);
        update_map(workshop, update);
        Managed& source = *all_managed(after)[update.source];
        source.map_identity = workshop.disk.identity(update.path);
        source.map_written = source.map_identity.mtime;
        source.map_is_ours = true;
        source.drifted = source.drifted && !update.rebuild;
    }
    workshop.beat();
}

}  // namespace

void carry_out(const Workshop& workshop, const Plan& plan, const std::vector<CallerRecord>& callers,
               const Demand& demand, Configuration& after, FileLocks& locks) {
    Record record;
    try {
        record = stage(workshop, plan, callers, demand.activation);
        if (demand.activation == Activation::Reload) {
            // sendmail would wait for the locks of the maps that it is shown as they are.
            locks.maps.clear();
            locks.maps = lock_maps(workshop.disk, record);
            check_staged(workshop, plan, record, after);
        }
        workshop.journal.begin(record);
    } catch (...) {
        clear_stage(workshop, workshop.journal.newest().generation + 1);
        throw;
    }
    Record attempted = record;
    attempted.texts.clear();
    attempted.maps.clear();
    Activated activated = Activated::No;
    try {
        put_files(workshop.disk, plan, record, attempted);
        swap_texts(workshop.disk, plan, record, attempted, after);
        update_maps(workshop, plan, record, attempted, after);
        if (demand.activation != Activation::None || demand.brings_up) {
            activated = workshop.mta.state() == MtaState::Running ? Activated::Running : Activated::Other;
            locks.maps.clear();
        }
        if (demand.route) {
            locks.maps.clear();  // the running sendmail is asked for what it finds in them
        }
        activate(workshop, demand);
        workshop.journal.commit({.generation = record.generation, .files = written_files(after)});
    } catch (const Error& cause) {
        // The MTA was not touched, unless it had been restarted for want of a reload.
        const bool refused = cause.code() == Code::Unsupported && !demand.brings_up;
        throw undo_live(workshop, attempted, cause, refused ? Activated::No : activated, demand.brings_up,
                        locks);
    } catch (const std::exception& cause) {
        throw undo_live(workshop, attempted, Error(Code::Internal, cause.what()), activated, demand.brings_up,
                        locks);
    }
    if (has_staged(record) || demand.activation == Activation::Reload) {
        clear_stage(workshop, record.generation);
    }
}

}  // namespace mailstack

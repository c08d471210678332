// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/undo.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "engine/activation.hpp"
#include "engine/loader.hpp"
#include "engine/map_format.hpp"
#include "engine/secret_file.hpp"
#include "engine/stage.hpp"
#include "formats/table_file.hpp"

namespace mailstack {

namespace {

class Undo {
  public:
    Undo(const Layout& layout, Disk& disk, const Record& record, const Commit& newest, After after)
        : layout_(layout), disk_(disk), record_(record), newest_(newest), after_(after) {}

    std::vector<UndoNote> run() {
        // Backwards: what a later step found is what an earlier one had left.
        for (auto text = record_.texts.rbegin(); text != record_.texts.rend(); ++text) {
            undo_text(*text);
        }
        for (const MapRecord& map : record_.maps) {
            undo_map(map);
        }
        return notes_;
    }

  private:
    void undo_text(const TextRecord& text) {
        switch (text.kind) {
            case TextRecord::Kind::Append:
                return undo_append(text);
            case TextRecord::Kind::Replace:
                return undo_replace(text);
            case TextRecord::Kind::Create:
                return undo_create(text);
        }
    }

    void undo_append(const TextRecord& text) {
        const FileIdentity now = disk_.identity(text.path);
        // Another file of that name is an editor's save, whole and newer: it stays, and Drifted will tell it.
        if (!now.same_file(text.before) || now.size <= text.offset) {
            return;
        }
        const std::uint64_t end = text.offset + text.inserted;
        // Somebody added lines of their own behind ours: cutting could cut one in two. They stay and are
        // told.
        if (now.size > end) {
            notes_.push_back({.text = text.path +
                                      " was edited by hand during a transaction that was undone; it "
                                      "was left as it is",
                              .until_repeated = after_ == After::Failure});
            return;
        }
        // A running daemon knows that the file was as expected just before it wrote: a torn append is its
        // own, and on a full disk there is no room for a copy. After a crash, anything but our bytes may be
        // an edit: kept aside.
        const bool torn_by_us = after_ == After::Failure && now.size < end;
        if (!torn_by_us && !holds_just_our_bytes(text, now)) {
            keep_copy(text.path);
        }
        disk_.cut_back(text.path, text.before);
        disk_.sync(text.path);
    }

    bool holds_just_our_bytes(const TextRecord& text, const FileIdentity& now) {
        return now.size == text.offset + text.inserted &&
               sha256(disk_.read(text.path).bytes.substr(text.offset)) == text.inserted_sha256;
    }

    void undo_replace(const TextRecord& text) {
        const FileIdentity live = disk_.identity(text.path);
        if (!live.exists() && disk_.identity(text.staged) == text.before) {
            disk_.move(text.staged, text.path);  // somebody has removed what we had put there
            disk_.sync_directory(directory_of(text.path));
            return;
        }
        if (!live.same_file(text.staged_after) || !disk_.identity(text.staged).exists()) {
            return;
        }
        if (live != text.staged_after) {
            keep_copy(text.path);
        }
        exchange_patiently(text);
        disk_.sync_directory(directory_of(text.path));
        disk_.sync_directory(directory_of(text.staged));
    }

    /// An editor that has the file open for writing is waited for.
    void exchange_patiently(const TextRecord& text) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        for (;;) {
            try {
                return disk_.exchange(text.staged, text.path);
            } catch (const Error& refusal) {
                if (refusal.code() != Code::Busy || std::chrono::steady_clock::now() > deadline) {
                    throw;
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        }
    }

    void undo_create(const TextRecord& text) {
        const FileIdentity live = disk_.identity(text.path);
        if (!live.same_file(text.staged_after)) {
            return;
        }
        if (live != text.staged_after) {
            keep_copy(text.path);
        }
        disk_.remove(text.path);
        disk_.sync_directory(directory_of(text.path));
    }

    void undo_map(const MapRecord& map) {
        if (map.kind == MapRecord::Kind::Create) {
            if (disk_.identity(map.path).exists()) {
                disk_.remove(map.path);
                disk_.sync_directory(directory_of(map.path));
            }
            return;
        }
        if (!disk_.identity(map.path).exists()) {
            return;
        }
        if (map.format == MapFormat::Authinfo) {
            const RouteTable routes = readable_routes(text_or_none(map.text_path));
            with_authinfo_map(layout_.secrets(), disk_, routes.credentials(),
                              [&](std::string_view bytes) { overwrite(map.path, bytes); });
            return;
        }
        if (map.kind == MapRecord::Kind::Rebuild) {
            if (!disk_.identity(map.old_copy).exists()) {
                return;  // the stage goes before its record only where nothing had been touched
            }
            overwrite(map.path, disk_.read(map.old_copy).bytes);
        } else if (!text_is_back(map) && is_sound(map.path)) {
            // The text holds a hand edit: made from it, the map would publish what nobody asked to publish.
            disk_.edit_in_place(
                map.path, [&](const std::string& file) { edit_map(map.format, file, map.old_keys); },
                written(map.path));
        } else {
            overwrite(map.path, built_from_text(map));
        }
    }

    /// A text that was made by what is undone is gone.
    std::string text_or_none(const std::string& path) {
        return disk_.identity(path).exists() ? disk_.read(path).bytes : "";
    }

    /// An empty map would let mail leave directly.
    static RouteTable readable_routes(std::string text) {
        RouteTable routes = RouteTable::parse(std::move(text));
        if (routes.problem()) {
            throw Error(Code::InvalidConfiguration, "routes.yaml, " + *routes.problem());
        }
        return routes;
    }

    std::string built_from_text(const MapRecord& map) {
        std::string text = text_or_none(map.text_path);
        if (map.format == MapFormat::Route) {
            const RouteTable routes = readable_routes(std::move(text));
            return build_map(map.format, [&](const MapVisitor& visit) { routes.each(visit); });
        }
        if (map.format == MapFormat::Table) {
            const TableFile file = TableFile::parse(std::move(text));
            return build_table_map([&](const MapVisitor& visit) { file.each(visit); });
        }
        const AliasFile file = AliasFile::parse(std::move(text), local_hosts(layout_, disk_));
        return build_alias_map([&](const MapVisitor& visit) { file.each(visit); });
    }

    /// Whether the text says what the map is to hold: as it was before, with nothing unpublished in it.
    bool text_is_back(const MapRecord& map) {
        if (map.text_drifted) {
            return false;
        }
        const FileIdentity now = disk_.identity(map.text_path);
        return std::any_of(record_.texts.begin(), record_.texts.end(), [&](const TextRecord& text) {
            return text.path == map.text_path && text.before == now;
        });
    }

    void overwrite(const std::string& path, std::string_view bytes) {
        disk_.overwrite(path, bytes, written(path));
        disk_.sync(path);
    }

    /// The mtime that the newest commit gave the file.
    std::int64_t written(const std::string& path) const {
        const auto found = newest_.files.find(path);
        return found == newest_.files.end() ? 0 : found->second.identity.mtime;
    }

    bool is_sound(const std::string& path) {
        bool sound = false;
        disk_.look_at(path, [&](const std::string& file) { sound = map_is_sound(file); });
        return sound;
    }

    void keep_copy(const std::string& path) {
        disk_.make_directory(layout_.kept());
        const std::string copy = layout_.kept() + '/' + std::to_string(record_.time) + '-' +
                                 std::to_string(record_.generation) + '-' + file_name_of(path);
        if (!disk_.identity(copy).exists()) {
            disk_.create(copy, disk_.read(path).bytes, {.like = {}, .mode = 0600});
            disk_.sync(copy);
            disk_.sync_directory(layout_.kept());
            disk_.sync_directory(layout_.home());
        }
        notes_.push_back({.text = "a hand edit of " + path +
                                  " made during a transaction that was undone was kept as " + copy});
    }

    const Layout& layout_;
    Disk& disk_;
    const Record& record_;
    const Commit& newest_;
    After after_;
    std::vector<UndoNote> notes_;
};

/// The maps were written once more: tells the next start that it was us. Without the mark they would be
/// rebuilt.
void note_maps(Disk& disk, Journal& journal, const Record& record) {
    Commit mark = journal.newest();
    for (const MapRecord& map : record.maps) {
        const auto written = mark.files.find(map.path);
        if (written != mark.files.end() && written->second.identity.exists()) {
            written->second.identity = disk.identity(map.path);
        }
    }
    journal.commit(mark);
}

}  // namespace

std::vector<UndoNote> undo_files(const Layout& layout, Disk& disk, Journal& journal, const Record& record,
                                 After after) {
    std::vector<UndoNote> notes = Undo(layout, disk, record, journal.newest(), after).run();
    journal.cancel();
    for (const UndoNote& note : notes) {
        log::warning(note.text);
    }
    try {
        remove_stage(layout, disk, record.generation);
        note_maps(disk, journal, record);
    } catch (const Error& failure) {
        // All is undone. What is left only costs a rebuild later, or room until the next start.
        log::warning(std::string("after an undo: ") + failure.what());
    }
    return notes;
}

RolledBack undo_live(const Workshop& workshop, const Record& record, const Error& cause, Activated activated,
                     bool may_restart, FileLocks& locks) {
    RolledBack rolled_back{.cause = cause, .files_whole = false, .undo_failure = {}, .notes = {}};
    try {
        if (locks.maps.empty()) {
            locks.maps = lock_maps(workshop.disk, record);  // they had been given up for the MTA
        }
        rolled_back.notes =
            undo_files(workshop.layout, workshop.disk, workshop.journal, record, After::Failure);
        rolled_back.files_whole = true;
        locks.maps.clear();
        if (activated != Activated::No) {
            activate_again(workshop, activated == Activated::Running, may_restart);
        }
    } catch (const Error& failure) {
        rolled_back.undo_failure = failure.what();
    }
    return rolled_back;
}

}  // namespace mailstack

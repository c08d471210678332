// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/map_handle.hpp"

#include <malloc.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/wipe.hpp"

namespace mailstack {

namespace {

constexpr std::uint32_t page_size = 4096;
/// With libdb's default cache a map of 1,000,000 keys takes five times as long to build.
constexpr std::uint32_t build_cache = 64U << 20U;

/// libdb syncs twice when it closes a file. Durability is base/disk's, which syncs once, after the mtime.
int leave_it_to_the_disk(int /*descriptor*/) {
    return 0;
}

/// realloc(3) would leave behind what it moves.
void* moved(void* memory, std::size_t size) {
    void* const larger = std::malloc(size);
    if (memory != nullptr && larger != nullptr) {
        std::memcpy(larger, memory, std::min(size, ::malloc_usable_size(memory)));
        wipe_and_free(memory);
    }
    return larger;
}

void say_nothing(const DB_ENV* /*environment*/, const char* /*prefix*/, const char* /*message*/) {}

Code code_of(int result) {
    switch (result) {
        case ENOSPC:
        case EDQUOT:
        case ENOMEM:
            return Code::NoSpace;
        case EROFS:
            return Code::ReadOnly;
        default:
            return Code::IoFailed;
    }
}

/// libdb says EINVAL for a file that is no database or one of another kind.
bool is_of_another_kind(int result) {
    return result == EINVAL || result == DB_OLD_VERSION;
}

}  // namespace

void require_db(int result, const std::string& file, const char* doing) {
    if (result != 0) {
        throw Error(code_of(result),
                    "cannot " + std::string(doing) + " the map " + file + ": " + db_strerror(result));
    }
}

MapHandle::MapHandle(std::string file, Mode mode, Ending ending) : file_(std::move(file)), ending_(ending) {
    db_env_set_func_fsync(leave_it_to_the_disk);
    // Pages of the map "msauth" hold passwords.
    db_env_set_func_free(wipe_and_free);
    db_env_set_func_realloc(moved);
    require_db(db_create(&db_, nullptr, 0), file_, "open");
    db_->set_errcall(db_, say_nothing);
    std::uint32_t flags = mode == Mode::Read ? DB_RDONLY : 0;
    if (mode == Mode::Create) {
        flags = DB_CREATE | DB_TRUNCATE;
        db_->set_pagesize(db_, page_size);
        db_->set_cachesize(db_, 0, build_cache, 1);
    }
    const int result = db_->open(db_, nullptr, file_.c_str(), nullptr, DB_HASH, flags, 0600);
    if (result == 0) {
        return;
    }
    db_->close(db_, DB_NOSYNC);
    if (is_of_another_kind(result)) {
        throw Error(Code::Unsupported, "the map " + file_ +
                                           " is no Berkeley DB hash that libdb 5.3 can read: " +
                                           "mailstack manages maps of the kind 'hash'");
    }
    require_db(result, file_, "open");
}

MapHandle::~MapHandle() {
    if (db_ != nullptr) {
        db_->close(db_, DB_NOSYNC);
    }
}

DBT MapHandle::stored(std::string& buffer, std::string_view text) const {
    buffer.assign(text);
    if (ending_ == Ending::Nul) {
        buffer += '\0';
    }
    DBT dbt{};
    dbt.data = buffer.data();
    dbt.size = static_cast<std::uint32_t>(buffer.size());
    return dbt;
}

std::optional<std::string> MapHandle::get(std::string_view key) {
    DBT key_dbt = stored(key_, key);
    DBT value_dbt{};
    const int result = db_->get(db_, nullptr, &key_dbt, &value_dbt, 0);
    if (result == DB_NOTFOUND) {
        return std::nullopt;
    }
    require_db(result, file_, "read");
    std::string value(static_cast<const char*>(value_dbt.data), value_dbt.size);
    if (value.ends_with('\0')) {
        value.pop_back();
    }
    return value;
}

void MapHandle::put(std::string_view key, std::string_view value) {
    DBT key_dbt = stored(key_, key);
    DBT value_dbt = stored(value_, value);
    require_db(db_->put(db_, nullptr, &key_dbt, &value_dbt, 0), file_, "write");
}

void MapHandle::remove(std::string_view key) {
    DBT key_dbt = stored(key_, key);
    const int result = db_->del(db_, nullptr, &key_dbt, 0);
    if (result != DB_NOTFOUND) {
        require_db(result, file_, "write");
    }
}

void MapHandle::close() {
    auto* const db = std::exchange(db_, nullptr);
    require_db(db->close(db, 0), file_, "write");
}

}  // namespace mailstack

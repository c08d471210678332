// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/map.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "formats/map_handle.hpp"

namespace mailstack {

namespace {

constexpr std::string_view complete = "@";  // key and value of the entry that says "this map is complete"

/// A file that exists in memory only.
class MemoryFile {
  public:
    MemoryFile() : descriptor_(memfd_create("mailstack-map", MFD_CLOEXEC)) {
        if (descriptor_ < 0) {
            throw Error(Code::IoFailed, std::string("cannot make a file in memory: ") + std::strerror(errno));
        }
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(descriptor_); }

    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

    std::string bytes() const {
        struct stat status {};
        if (fstat(descriptor_, &status) != 0) {
            throw Error(Code::IoFailed, std::string("cannot read a file in memory: ") + std::strerror(errno));
        }
        std::string all(static_cast<std::size_t>(status.st_size), '\0');
        std::size_t done = 0;
        while (done < all.size()) {
            const auto got =
                pread(descriptor_, all.data() + done, all.size() - done, static_cast<off_t>(done));
            if (got <= 0) {
                throw Error(Code::IoFailed, "cannot read a file in memory to its end");
            }
            done += static_cast<std::size_t>(got);
        }
        return all;
    }

  private:
    int descriptor_;
};

std::string_view without_nul(const DBT& dbt) {
    std::string_view text(static_cast<const char*>(dbt.data), dbt.size);
    return text.substr(0, text.size() - (text.ends_with('\0') ? 1 : 0));
}

using Ending = MapHandle::Ending;

std::string built_map(const MapSource& pairs, Ending ending) {
    const MemoryFile file;
    MapHandle map(file.path(), MapHandle::Mode::Create, ending);
    pairs([&map](std::string_view key, std::string_view value) { map.put(key, value); });
    if (ending == Ending::Nul) {
        map.put(complete, complete);
    }
    map.close();
    return file.bytes();
}

std::vector<MapEdit> edited_map(const std::string& file, const std::vector<MapEdit>& edits, Ending ending) {
    MapHandle map(file, MapHandle::Mode::Edit, ending);
    std::vector<MapEdit> before;
    before.reserve(edits.size());
    for (const auto& [key, value] : edits) {
        before.push_back({key, map.get(key)});
        if (value) {
            map.put(key, *value);
        } else {
            map.remove(key);
        }
    }
    if (ending == Ending::Nul && map.get(complete) != complete) {
        map.put(complete, complete);
    }
    map.close();
    return before;
}

}  // namespace

std::string build_alias_map(const MapSource& pairs) {
    return built_map(pairs, Ending::Nul);
}
std::string build_table_map(const MapSource& pairs) {
    return built_map(pairs, Ending::None);
}

std::vector<MapEdit> edit_map(const std::string& file, const std::vector<MapEdit>& edits) {
    return edited_map(file, edits, Ending::Nul);
}
std::vector<MapEdit> edit_table_map(const std::string& file, const std::vector<MapEdit>& edits) {
    return edited_map(file, edits, Ending::None);
}

std::optional<std::string> map_lookup(const std::string& file, std::string_view key) {
    return MapHandle(file, MapHandle::Mode::Read, Ending::Nul).get(key);
}
std::optional<std::string> table_map_lookup(const std::string& file, std::string_view key) {
    return MapHandle(file, MapHandle::Mode::Read, Ending::None).get(key);
}

void each_in_map(const std::string& file, const MapVisitor& visit) {
    MapHandle map(file, MapHandle::Mode::Read, Ending::None);
    DBC* cursor = nullptr;
    require_db(map.get()->cursor(map.get(), nullptr, &cursor, 0), file, "read");
    DBT key{};
    DBT value{};
    int result = 0;
    try {
        while ((result = cursor->get(cursor, &key, &value, DB_NEXT)) == 0) {
            visit(without_nul(key), without_nul(value));
        }
    } catch (...) {
        cursor->close(cursor);
        throw;
    }
    cursor->close(cursor);
    if (result != DB_NOTFOUND) {
        require_db(result, file, "read");
    }
}

bool map_is_sound(const std::string& file) {
    try {
        const MapHandle of_our_kind(file, MapHandle::Mode::Read, Ending::None);
    } catch (const Error& error) {
        if (error.code() == Code::Unsupported) {
            return false;
        }
        throw;
    }
    DB* db = nullptr;
    require_db(db_create(&db, nullptr, 0), file, "verify");
    db->set_errcall(db, [](const DB_ENV*, const char*, const char*) {});
    return db->verify(db, file.c_str(), nullptr, nullptr, 0) == 0;  // closes db, whatever it finds
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// One open libdb database, and what its errors mean to us.
#pragma once

#include <db.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailstack {

/// Throws the Error that libdb's result stands for, if it is not 0. `doing`: "open", "write", ...
void require_db(int result, const std::string& file, const char* doing);

class MapHandle {
  public:
    enum class Mode { Read, Edit, Create };
    /// What ends each key and value in the file: newaliases counts the NUL, makemap does not.
    enum class Ending { Nul, None };

    /// Throws Error{Unsupported} where an existing file is not a Berkeley DB hash.
    MapHandle(std::string file, Mode mode, Ending ending);
    MapHandle(const MapHandle&) = delete;
    MapHandle& operator=(const MapHandle&) = delete;
    ~MapHandle();

    std::optional<std::string> get(std::string_view key);
    void put(std::string_view key, std::string_view value);
    void remove(std::string_view key);
    /// Writes what is cached. To be called after changes: the destructor cannot report.
    void close();

    DB* get() const noexcept { return db_; }

  private:
    DBT stored(std::string& buffer, std::string_view text) const;

    std::string file_;
    Ending ending_;
    DB* db_ = nullptr;
    std::string key_{}, value_{};  ///< as stored; kept for their capacity
};

}  // namespace mailstack

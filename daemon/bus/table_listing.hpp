// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What readers of tables are told, out of a snapshot, in the bus's text (bus/escape.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bus/alias_listing.hpp"
#include "engine/snapshot.hpp"

namespace mailstack {

struct EntryLine {
    std::string key;
    std::string value;
    std::string place;  ///< "/etc/mail/access:12"
};

/// The table as the files hold it.
const TableSource& table_in(const Snapshot& snapshot, TableName table);

/// The value of the key as the file has it. Throws Error{NoSuchEntry}.
std::string value_in(const Snapshot& snapshot, TableName table, std::string_view key);

/// Sorted by key; as alias_page().
std::vector<EntryLine> entry_page(const Snapshot& snapshot, TableName table, std::string_view prefix,
                                  std::string_view after, std::uint32_t limit);

/// At most 1,000 and at most 1 MiB.
std::vector<ProblemLine> table_problem_page(const Snapshot& snapshot, TableName table);

}  // namespace mailstack

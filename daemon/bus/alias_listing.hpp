// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What readers of aliases are told, out of a snapshot, in the bus's text (bus/escape.hpp). Where several
/// alias files hold a name, the first file that sendmail asks counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/snapshot.hpp"
#include "model/alias.hpp"

namespace mailstack {

struct AliasLine {
    std::string name;
    std::vector<std::string> recipients;
    std::string place;  ///< "/etc/aliases:12"
};

struct ProblemLine {
    std::string file;
    std::uint32_t line;
    std::uint32_t other_line;
    std::string message;
};

std::uint64_t alias_count(const Snapshot& snapshot);

/// As the file has them, in its bytes. Throws Error{NoSuchAlias}.
std::vector<std::string> recipients_of(const Snapshot& snapshot, const AliasName& name);

/// Sorted by key: the names that begin with `prefix` and come after `after`; at most 1 MiB, and at most
/// `limit` where that is not 0. Never empty unless there is nothing left.
std::vector<AliasLine> alias_page(const Snapshot& snapshot, std::string_view prefix, std::string_view after,
                                  std::uint32_t limit);

/// At most 1,000 and at most 1 MiB.
std::vector<ProblemLine> problem_page(const Snapshot& snapshot);

}  // namespace mailstack

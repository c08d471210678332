// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/table_listing.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/escape.hpp"
#include "bus/page.hpp"

namespace mailstack {

const TableSource& table_in(const Snapshot& snapshot, TableName table) {
    return snapshot.configuration.tables.at(static_cast<std::size_t>(table));
}

std::string value_in(const Snapshot& snapshot, TableName table, std::string_view key) {
    const TableSource& source = table_in(snapshot, table);
    if (auto value = source.file.value(key)) {
        return *std::move(value);
    }
    throw Error(Code::NoSuchEntry, "there is no key " + quoted(key) + " in " + source.text_path);
}

std::vector<EntryLine> entry_page(const Snapshot& snapshot, TableName table, std::string_view prefix,
                                  std::string_view after, std::uint32_t limit) {
    const TableSource& source = table_in(snapshot, table);
    Page<EntryLine> page;
    for (const TableEntry& entry : source.file.list(fold_case(prefix), fold_case(after), page_limit(limit))) {
        EntryLine line{bus_text(entry.key), bus_text(entry.value),
                       bus_text(source.text_path) + ":" + std::to_string(entry.line)};
        const std::size_t octets = line.key.size() + line.value.size() + line.place.size();
        if (!page.take(std::move(line), octets)) {
            break;
        }
    }
    return std::move(page).lines();
}

std::vector<ProblemLine> table_problem_page(const Snapshot& snapshot, TableName table) {
    const TableSource& source = table_in(snapshot, table);
    Page<ProblemLine> page(1000);
    for (const TableProblem& problem : source.file.problems()) {
        ProblemLine line{bus_text(source.text_path), static_cast<std::uint32_t>(problem.line),
                         static_cast<std::uint32_t>(problem.other_line), bus_text(problem.message)};
        const std::size_t octets = line.file.size() + line.message.size();
        if (!page.take(std::move(line), octets)) {
            break;
        }
    }
    return std::move(page).lines();
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/table_file.hpp"
#include "formats/table_scan.hpp"
#include "formats/table_state.hpp"

namespace mailstack {

namespace {

std::string complaint(const TableRecord& record, std::string_view text) {
    using Kind = TableRecord::Kind;
    switch (record.kind) {
        case Kind::TooLong:
            return "it is longer than " + std::to_string(longest_table_line - 1) +
                   " octets: makemap drops the first " + std::to_string(longest_table_line) +
                   " and takes the rest for another line";
        case Kind::HoldsNul:
            return "it holds a NUL: makemap drops it";
        case Kind::LeadingSpace:
            return "it begins with white space: makemap drops it";
        case Kind::NoValue:
            return quoted(text.substr(record.begin, record.key_size)) + " has no value: makemap drops it";
        default:
            return {};
    }
}

}  // namespace

std::vector<TableProblem> TableFile::problems() const {
    std::vector<TableProblem> made;
    each_record(state_->text, [&](const TableRecord& record, std::size_t line) {
        if (const auto why = complaint(record, state_->text); !why.empty()) {
            made.push_back({line, 0, "line " + std::to_string(line) + ": " + why});
        }
    });
    std::size_t counts = 0;  // in order: the entry of the same key that counts
    for (const auto place : state_->order) {
        const auto& span = state_->spans[place];
        if (!span.superseded) {
            counts = span.line;
            continue;
        }
        made.push_back({span.line, counts,
                        "line " + std::to_string(span.line) + ": " +
                            quoted(fold_case(state_->raw_key(span))) + " is in line " +
                            std::to_string(counts) + " already: makemap keeps line " +
                            std::to_string(counts)});
    }
    std::stable_sort(made.begin(), made.end(), [](const TableProblem& left, const TableProblem& right) {
        return left.line < right.line;
    });
    return made;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/table_scan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mailstack {

TableRecord table_record_at(std::string_view text, std::size_t begin) {
    using Kind = TableRecord::Kind;
    const auto piece = text.substr(begin, longest_table_line);
    const auto feed = piece.find('\n');
    TableRecord record;
    record.begin = begin;
    record.terminated = feed != std::string_view::npos;
    record.end = begin + (record.terminated ? feed + 1 : piece.size());
    if (!record.terminated && piece.size() == longest_table_line) {
        record.kind = Kind::TooLong;  // at the file's end too: makemap has not seen the end yet
        return record;
    }
    // What is left of a last line without a line end counts up to its NUL; elsewhere the line is lost.
    const auto nul = piece.substr(0, feed).find('\0');
    if (record.terminated && nul != std::string_view::npos) {
        record.kind = Kind::HoldsNul;
        return record;
    }
    const auto line = piece.substr(0, std::min(feed, nul));
    if (line.empty() || line.front() == '#') {
        return record;
    }
    if (is_table_space(line.front())) {
        record.kind = Kind::LeadingSpace;
        return record;
    }
    const auto* const key_end = std::find_if(line.begin(), line.end(), is_table_space);
    const auto* const value = std::find_if_not(key_end, line.end(), is_table_space);
    record.kind = value == line.end() ? Kind::NoValue : Kind::Entry;
    record.key_size = static_cast<std::uint16_t>(key_end - line.begin());
    record.value = static_cast<std::uint16_t>(value - line.begin());
    record.value_size = static_cast<std::uint16_t>(line.end() - value);
    return record;
}

}  // namespace mailstack

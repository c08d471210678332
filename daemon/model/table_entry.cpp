// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/table_entry.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/characters.hpp"
#include "model/table_grammar.hpp"

namespace mailstack {

namespace {

constexpr std::size_t longest_line = 1022;  // makemap's buffer of 1,024 octets without line end and NUL

struct Table {
    TableName name;
    std::string_view word;
    std::string (*why_no_key)(std::string_view key);
    std::string (*why_no_value)(std::string_view key, std::string_view value);
};

constexpr std::array<Table, 3> tables{{
    {TableName::Access, "access", why_no_access_key, why_no_access_value},
    {TableName::Virtusertable, "virtusertable", why_no_virtusertable_key, why_no_virtusertable_value},
    {TableName::Mailertable, "mailertable", why_no_mailertable_key, why_no_mailertable_value},
}};

constexpr const Table& table_of(TableName name) noexcept {
    return tables.at(static_cast<std::size_t>(name));
}

std::string why_no_key(TableName table, std::string_view key) {
    if (key.empty()) {
        return "it is empty";
    }
    if (!std::all_of(key.begin(), key.end(), is_printable)) {
        return "only printable ASCII is allowed; an international domain is written in its ASCII form, "
               "xn--...";
    }
    if (key.find(' ') != std::string_view::npos) {
        return "a key has no white space, which ends it";
    }
    if (key.front() == '#') {
        return "it begins with '#', which begins a comment";
    }
    return table_of(table).why_no_key(key);
}

std::string why_no_value(TableName table, std::string_view key, std::string_view value) {
    if (value.empty()) {
        return "it is empty: makemap would drop the line";
    }
    if (!std::all_of(value.begin(), value.end(), is_printable)) {
        return "only printable ASCII is allowed, in one line";
    }
    if (value.front() == ' ' || value.back() == ' ') {
        return "it begins or ends with white space";
    }
    return table_of(table).why_no_value(key, value);
}

}  // namespace

std::string_view word(TableName table) noexcept {
    return table_of(table).word;
}

TableName table_name(std::string_view word) {
    const auto* const found =
        std::find_if(tables.begin(), tables.end(), [word](const Table& t) { return t.word == word; });
    if (found == tables.end()) {
        throw Error(Code::InvalidArgument, "there is no table " + quoted(word) +
                                               ": the tables are access, virtusertable and mailertable");
    }
    return found->name;
}

TableKey::TableKey(TableName table, std::string_view text)
    : table_(table), text_(text), key_(fold_case(text)) {
    if (const auto why = why_no_key(table, text); !why.empty()) {
        throw Error(Code::InvalidArgument, std::string(word(table)) + " key " + quoted(text) + ": " + why);
    }
}

TableRow::TableRow(TableName table, std::string_view key, std::string_view value)
    : name_(table, key), value_(value) {
    if (const auto why = why_no_value(table, key, value); !why.empty()) {
        const bool address = table == TableName::Virtusertable && !value.starts_with("error:");
        throw Error(address ? Code::InvalidAddress : Code::InvalidArgument,
                    std::string(word(table)) + " value " + quoted(value) + " of " + quoted(key) + ": " + why);
    }
    if (const auto octets = key.size() + 1 + value.size(); octets > longest_line) {
        throw Error(Code::LimitExceeded, std::string(word(table)) + " key " + quoted(key) +
                                             ": with its value it makes " + std::to_string(octets) +
                                             " octets, a line has " + std::to_string(longest_line) +
                                             " at most");
    }
}

}  // namespace mailstack

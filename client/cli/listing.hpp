// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Lists that the daemon gives a page at a time: `alias list` and `table list`.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "format.hpp"
#include "verbs.hpp"

namespace mailstack::client {

struct ListOptions {
    std::string prefix;
    std::uint32_t limit = 0;  ///< 0: all
    bool names_only = false;
};

/// PREFIX, --limit and the flag that sets names_only; `things` are "names" or "keys".
inline void add_list_options(CLI::App& verb, ListOptions& wanted, const std::string& things) {
    verb.add_option("PREFIX", wanted.prefix, "Only " + things + " that begin with this")
        ->type_name("")
        ->check(utf8_argument());
    verb.add_option("--limit", wanted.limit, "At most so many")->type_name("N");
    verb.add_flag("--" + things, wanted.names_only, "Only the " + things + ", one a line");
}

/// Names alone, one a line.
template <typename Item>
void print_names(const std::vector<Item>& page) {
    for (const auto& item : page) {
        std::cout << printable(name_of(item)) << '\n';
    }
}

/// The first page has the head of the columns.
template <typename Item>
void print_rows(const std::vector<Item>& page, bool first) {
    std::vector<std::vector<std::string>> rows;
    if (first) {
        rows.push_back(columns_of(Item{}));
    }
    for (const auto& item : page) {
        rows.push_back(row_of(item));
    }
    std::cout << to_table(rows);
}

/// One array over all pages, one item a line.
template <typename Item>
void print_json(const std::vector<Item>& page, bool first) {
    for (const auto& item : page) {
        auto line = line_of(to_json(item));
        line.pop_back();
        std::cout << (first ? "[" : ",\n ") << line;
        first = false;
    }
}

/// Page by page, so that a million items need no more memory than a thousand. `page_of(after, limit)` is a
/// vector of items (format.hpp), empty at the end. Returns how many were listed.
template <typename PageOf>
std::uint64_t print_list(const Options& options, const ListOptions& wanted, const PageOf& page_of) {
    std::uint64_t listed = 0;
    std::string after;
    while (wanted.limit == 0 || listed < wanted.limit) {
        const auto rest = wanted.limit == 0 ? 0 : wanted.limit - static_cast<std::uint32_t>(listed);
        const auto page = page_of(after, rest);
        if (page.empty()) {
            break;
        }
        if (options.json) {
            print_json(page, listed == 0);
        } else if (wanted.names_only) {
            print_names(page);
        } else {
            print_rows(page, listed == 0);
        }
        listed += page.size();
        after = name_of(page.back());
    }
    if (options.json) {
        std::cout << (listed == 0 ? "[]\n" : "]\n");
    }
    return listed;
}

}  // namespace mailstack::client

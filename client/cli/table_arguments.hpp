// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What the verbs of `table` take.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "arguments.hpp"
#include "session.hpp"

namespace mailstack::client {

struct TableArguments {
    std::string table;
    std::string key;
    std::string value;
};

/// TABLE, which is one of table_names().
inline void add_table_argument(CLI::App& verb, TableArguments& arguments) {
    verb.add_option("TABLE", arguments.table, "access, virtusertable or mailertable")
        ->type_name("")
        ->required()
        ->check(CLI::IsMember(table_names()).description(""));
}

// Each adds its verbs to `parent`, as in verbs.hpp.
void add_table_read_verbs(CLI::App& parent, Run& run);
void add_table_change_verbs(CLI::App& parent, Run& run);

}  // namespace mailstack::client

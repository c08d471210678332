// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Tells which rows of tables mailstack takes: reads table, key and value from standard input, each ended by
/// a NUL, and answers each three with a line: "taken", or "refused" and why.
#include <iostream>
#include <string>

#include "base/error.hpp"
#include "model/table_entry.hpp"

int main() {
    std::string table;
    std::string key;
    std::string value;
    while (std::getline(std::cin, table, '\0') && std::getline(std::cin, key, '\0') &&
           std::getline(std::cin, value, '\0')) {
        try {
            const mailstack::TableRow row(mailstack::table_name(table), key, value);
            std::cout << "taken\n";
        } catch (const mailstack::Error& error) {
            std::cout << "refused " << error.what() << "\n";
        }
    }
    return 0;
}

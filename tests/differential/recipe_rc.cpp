// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What mailstack writes for procmail.
///
///     recipe-rc                                   each line of standard input is a condition: its lines for
///     a procmailrc,
///                                                 and an empty line; "error TAB MESSAGE" where it is refused
///     recipe-rc ACCOUNT OWN-NAME MACHINE          standard input is a USER.yaml: USER.rc; MACHINE: "",
///     maildir, mbox
#include <iostream>
#include <iterator>
#include <string>

#include "base/error.hpp"
#include "engine/recipe_rc.hpp"

using namespace mailstack;

int main(int count, char** words) {
    if (count == 4) {
        const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
        const auto book = RecipeBook::parse(text);
        if (book.problem()) {
            std::cerr << *book.problem() << '\n';
            return 1;
        }
        std::cout << recipe_rc(
            book, {.account = AccountName(words[1]), .own_name = words[2], .machine = delivery_of(words[3])});
        return 0;
    }
    for (std::string line; std::getline(std::cin, line);) {
        try {
            for (const std::string& one : condition_lines(Condition(line))) {
                std::cout << one << '\n';
            }
        } catch (const Error& error) {
            std::cout << "error\t" << error.what() << '\n';
        }
        std::cout << '\n';
    }
}

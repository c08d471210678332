// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output.hpp"

#include <iostream>

#include "format.hpp"

namespace mailstack::client {

void print_live(const Options& options, const std::string& what, std::uint64_t generation) {
    if (options.json) {
        std::cout << line_of({{"generation", generation}, {"live", true}});
    } else {
        std::cout << printable(what) << ": live as generation " << generation << '\n';
    }
}

void print_failure(const Options& options, const Failure& failure) {
    std::cout.flush();
    std::cerr << "mailstackctl: " << printable(failure.what()) << '\n';
    if (!failure.advice().empty()) {
        std::cerr << failure.advice() << '\n';
    }
    if (options.json) {
        std::cout << line_of(to_json(failure));
    }
}

}  // namespace mailstack::client

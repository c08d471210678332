// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/program_line.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/characters.hpp"

namespace mailstack {

void require_program_line(std::string_view text) {
    constexpr CharacterSet others{"_./:=@%+,- "};
    const auto refuse = [&](const std::string& why) {
        throw Error(Code::InvalidArgument, "the program " + quoted(text) + " " + why);
    };
    constexpr std::size_t longest = 1000;
    if (text.size() > longest) {
        throw Error(Code::LimitExceeded, "the program " + quoted(text.substr(0, text.find(' '))) + " has " +
                                             std::to_string(text.size()) +
                                             " octets with its arguments: at most 1000 are taken");
    }
    if (text.empty() || text.front() != '/') {
        refuse("has no absolute path: write \"/usr/bin/name\", and its arguments behind it");
    }
    const auto wrong = std::find_if(text.begin(), text.end(),
                                    [&](char c) { return !is_letter_or_digit(c) && !others.has(c); });
    if (wrong != text.end()) {
        refuse("has a " + quoted(std::string_view(&*wrong, 1)) +
               ": letters, digits and _ . / : = @ % + , - are allowed, since no shell reads it; "
               "put what needs more into a script");
    }
    if (text.back() == ' ' || text.find("  ") != std::string_view::npos) {
        refuse("needs a single space between its words, and none behind them");
    }
    const std::string_view path = text.substr(0, text.find(' '));
    if (path.back() == '/') {
        refuse("has the path of a directory");
    }
}

}  // namespace mailstack

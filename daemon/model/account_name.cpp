// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/account_name.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "model/characters.hpp"

namespace mailstack {

AccountName::AccountName(std::string_view text) : text_(text) {
    constexpr std::size_t longest = 32;
    const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; };
    if (text.empty() || text.size() > longest || !std::all_of(text.begin(), text.end(), allowed) ||
        text.front() == '.' || text.front() == '-' || text.find("..") != std::string_view::npos) {
        throw Error(Code::InvalidArgument,
                    quoted(text) +
                        " is no name of an account: 1 to 32 letters, digits, \"_\", \".\" and \"-\", "
                        "a letter, a digit or \"_\" first, no \"..\"");
    }
}

}  // namespace mailstack

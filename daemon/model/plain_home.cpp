// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/plain_home.hpp"

#include "base/error.hpp"

namespace mailstack {

void require_plain_home(const Account& account) {
    if (account.home.find_first_of("$`") != std::string::npos) {
        throw Error(
            Code::InvalidArgument,
            "the home directory of " + account.name.text() + ", " + quoted(account.home) +
                ", has a \"$\" or a \"`\", which procmail would expand or run as root: it gets no recipes "
                "before 'usermod --home' gives it another");
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Where procmail puts what no recipe takes, and in which format it files.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace mailstack {

enum class Delivery {
    Unset,  ///< an account: as the machine; the machine: as /etc/procmailrc and procmail have it (/var/mail)
    Maildir,  ///< $HOME/Maildir/
    Mbox      ///< /var/mail/NAME
};

/// "", "maildir", "mbox".
constexpr std::string_view word(Delivery delivery) noexcept {
    switch (delivery) {
        case Delivery::Maildir:
            return "maildir";
        case Delivery::Mbox:
            return "mbox";
        default:
            return "";
    }
}

/// Throws Error{InvalidArgument}.
inline Delivery delivery_of(std::string_view text) {
    for (const Delivery one : {Delivery::Unset, Delivery::Maildir, Delivery::Mbox}) {
        if (word(one) == text) {
            return one;
        }
    }
    throw Error(Code::InvalidArgument,
                quoted(text) + R"( is no format of delivery: "maildir", "mbox" or "")");
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/mail_address.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/alias.hpp"

namespace mailstack {
namespace {

constexpr CharacterSet commands{"-/|:.!$=#\\"};

}  // namespace

MailAddress::MailAddress(std::string_view text) : text_(Recipient(text).text()) {
    if (commands.has(text_.front())) {
        throw Error(Code::InvalidAddress,
                    "the address " + quoted(text_) + " begins with " + quoted(text_.substr(0, 1)) +
                        ", which no sender's recipient does: write name, name+detail or name@host");
    }
}

}  // namespace mailstack

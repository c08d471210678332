// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// An address that sendmail can be asked about, as a validated value: what a sender could write as a
/// recipient.
///
///     address = recipient     ; model/alias.hpp: printable ASCII, at most 255 octets, one element of a list
///
/// Its first character is none of - / | : . ! $ = # \ : such a text is an option, a file, a program, an
/// include or a command of sendmail's test mode, or skips the aliases, and no sender can write it. A name
/// without a host is one of this machine.
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

class MailAddress {
  public:
    /// Throws Error{InvalidAddress} that names the value and what would be right.
    explicit MailAddress(std::string_view text);
    const std::string& text() const noexcept { return text_; }

  private:
    std::string text_;
};

}  // namespace mailstack

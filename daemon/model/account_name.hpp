// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The name of an account as a validated value, safe as a file's name.
///
///     name = ( letter / digit / "_" ) *31( letter / digit / "_" / "." / "-" )     ; no ".."
///
/// That is narrower than what useradd --badname takes. Whether there is such an account /etc/passwd decides.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace mailstack {

class AccountName {
  public:
    /// Throws Error{InvalidArgument} that names the value and what would be right.
    explicit AccountName(std::string_view text);
    const std::string& text() const noexcept { return text_; }
    auto operator<=>(const AccountName&) const = default;

  private:
    std::string text_;
};

}  // namespace mailstack

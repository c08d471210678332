// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Alias names and recipients as validated values: one that exists holds no newline, no NUL, and means what it says.
///
/// Grammar (RFC 5321 section 4.1.2, narrowed to what sendmail's alias file carries without doubt):
///
///     name       = dot-atom / quoted-string          ; at most 64 octets... see .cpp for the limits
///     plain      = [ "\" ] dot-atom [ "@" host ]
///     recipient  = plain / anything that sendmail's alias syntax can carry as ONE element of a list
///
/// What is not plain is never refused for being dangerous, it is classified: the engine then asks for
/// manage-program-aliases. FACTS: sendmail resolves `(c)|/bin/id`, `<@localhost:|/bin/id>` and a dozen more to a
/// program, hence the rule "plain is allowed, nothing is forbidden".
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace mailstack {

/// The left-hand side of an alias.
class AliasName {
  public:
    /// Throws Error{InvalidAddress} that names the value and what would be right.
    explicit AliasName(std::string_view text);

    const std::string& text() const noexcept { return text_; }  ///< as it is written in the file
    const std::string& key() const noexcept { return key_; }    ///< as sendmail looks it up: folded

  private:
    std::string text_, key_;
};

/// One element of an alias's right-hand side.
class Recipient {
  public:
    /// Throws Error{InvalidAddress}: empty, NUL, newline, other control characters, an unbalanced quote, comment or
    /// angle bracket, a comma outside quotes (that would be two recipients), '#' first, over-long, not UTF-8-or-ASCII printable, ...
    explicit Recipient(std::string_view text);

    const std::string& text() const noexcept { return text_; }
    /// Exactly one address: optional backslash, dot-atom local part, optional host. Nothing that sendmail resolves
    /// to a program, a file or an include is plain (tests/differential proves it against `sendmail -bv`).
    bool plain() const noexcept { return plain_; }

  private:
    std::string text_;
    bool plain_;
};

/// Whether the machine has an account of this (folded) name.
using IsAccount = std::function<bool(const std::string& name)>;

/// Names whose mail is somebody's already: accounts (with and without +detail), root, postmaster, mailer-daemon and the
/// other RFC 2142 names, owner-*, *-request, *-owner, and every name that is not a dot-atom.
bool is_system_name(const AliasName& name, const IsAccount& is_account);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// Alias names and recipients as validated values: one that exists holds no newline, no NUL, no byte above
/// 126, and means the same to sendmail as to us.
///
///     name       = local / DQUOTE local DQUOTE        ; the quotes are dropped by sendmail: "root" is root
///     local      = 1*( word-char / "." )              ; at most 255 octets, '#' and '/' and '|' not first
///     word-char  = ALPHA / DIGIT / any of $&'*+-=?^_{}~#/|`
///     recipient  = plain / other                      ; at most 255 octets (sendmail's MAXNAME - 1)
///     plain      = [ "\" ] dot-atom [ "@" host ]
///     dot-atom   = plain-char *( ["."] plain-char )   ; plain-char = ALPHA / DIGIT / any of $&'*+-=?^_~
///                                                     ; '-' not first (a mailer could take it for an option)
///     host       = label *( "." label )               ; LDH labels of at most 63 octets, 253 in all
///     other      = what sendmail's address scanner takes as exactly ONE element of a list: printable ASCII;
///                  quotes, comments and angle brackets balanced; no comma outside a quote or a comment;
///                  no white space or backslash at its end; at least one character outside comments
///
/// A name has no `@`, `!`, `%` (sendmail routes by them: root@localhost is root), no `:`, `,`, `;`, `<`, `>`,
/// `(`, `)`, `[`, `]`, `\` and no white space. sendmail folds A-Z of the name; the key of "Root" is root.
///
/// What is not plain is never refused for being dangerous, it is classified: the engine then asks for
/// manage-program-aliases. sendmail resolves `(c)|/bin/id`, `<@localhost:|/bin/id>` and a dozen more to a
/// program, hence the rule "plain is allowed, nothing is forbidden". tests/differential holds this against
/// `sendmail -bv`.
// clang-format on
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mailstack {

/// The longest name or recipient, in octets: sendmail 8.17 and 8.18 refuse an address of MAXNAME (256)
/// octets.
inline constexpr std::size_t longest_address = 255;

/// The left-hand side of an alias.
class AliasName {
  public:
    /// Throws Error{InvalidAddress} that names the value and what would be right.
    explicit AliasName(std::string_view text);

    const std::string& text() const noexcept { return text_; }  ///< as it is written in the file
    const std::string& key() const noexcept { return key_; }  ///< as sendmail looks it up: no quotes, folded

  private:
    std::string text_, key_;
};

/// Whether `text` is `plain`, of whatever length.
bool is_plain_recipient(std::string_view text);

/// One element of an alias's right-hand side.
class Recipient {
  public:
    /// Throws Error{InvalidAddress} that names the value and what would be right.
    explicit Recipient(std::string_view text);

    const std::string& text() const noexcept { return text_; }
    /// Exactly one address: nothing that sendmail resolves to a program, a file or an include is plain.
    bool plain() const noexcept { return plain_; }

  private:
    std::string text_;
    bool plain_;
};

/// Whether the machine has an account of this (folded) name.
using IsAccount = std::function<bool(const std::string& name)>;

/// Names whose mail is somebody's already, or proves who owns the domain: accounts (with and without
/// +detail), root, postmaster, mailer-daemon, the other RFC 2142 names, admin and administrator (certificate
/// authorities send their proofs there), owner-*, *-owner, *-request, and every name that is not a dot-atom
/// or is written in quotes.
bool is_system_name(const AliasName& name, const IsAccount& is_account);

}  // namespace mailstack

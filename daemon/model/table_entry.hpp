// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// Rows of sendmail's keyed tables as validated values: one that exists is one line of the table's text that makemap
/// stores as it stands, says something that sendmail's rules look for, and leads to no program, file or include.
///
///     virtusertable  = local "@" domain / "@" domain    ; local: dot-atom, of which +detail, +* and ++ are a part
///       value        = [ "\" ] local [ "@" domain ]     ; model/alias.hpp's plain, and %1 %2 %3 in the local part
///                    / "error:" status ":" reply        ; model/reply_text.hpp
///                    / "error:" keyword SP ( reply / text )
///       keyword      = nouser / nohost / unavailable / usage / software / protocol / config / tempfail
///
///     mailertable    = domain / "." domain / "."
///       value        = mailer ":" host *( ":" host ) / "error:" [ status ":" ] reply
///       mailer       = smtp / esmtp / smtp8 / dsmtp / relay
///       host         = name / "[" name "]" / literal    ; in brackets: no MX look-up
///       name         = domain / "%1" [ "." domain ]     ; %1: what the dot stood for; only where the key begins with it
///
///     access         = [ tag ] where                    ; access_table.cpp has the tags with what each allows
///       where        = [ "." ] domain / network / literal / "[" network "]" / user "@" [ domain / literal ] / empty
///       value        = OK / RELAY / REJECT / DISCARD / SKIP / "ERROR:" [ status ":" ] reply / reply
///                    / "QUARANTINE:" text               ; Connect: From: To: and no tag
///                    / FRIEND / HATER                   ; Spam:
///                    / [ "PERM+" / "TEMP+" ] ( "VERIFY" [ ":" bits ] / "ENCR:" bits ) [ "+" extension *( "++" extension ) ]
///                    / NO / features / number           ; Try_TLS:, *_Features:, ClientRate: ClientConn: GreetPause:
///
/// What sendmail's rules take for something else is refused, with the reason: measured with 8.17.1 in -bt,
/// `RELAY # why` and an unknown word are errors told to the other side, `relay:[host]:587` is a list of two hosts,
/// `discard:x` in mailertable an unknown mailer, `smtp:` without a host a host of the name `>`, a value without a mailer
/// is ignored. An address literal is asked for in neither virtusertable nor mailertable.
/// Passwords (AuthInfo:) do not belong into access, which many may read.
///
/// Source: sendmail's cf/README (FEATURES, ANTI-SPAM CONFIGURATION CONTROL, STARTTLS, USING MAILERTABLES), cf/m4/proto.m4,
/// the Operation Guide (srv_features, clt_features). tests/differential asks sendmail for every mailer that results.
// clang-format on
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

enum class TableName { Access, Virtusertable, Mailertable };

/// "access", "virtusertable", "mailertable".
std::string_view word(TableName table) noexcept;
/// Throws Error{InvalidArgument} for any other word.
TableName table_name(std::string_view word);

/// What a row is found by.
class TableKey {
  public:
    /// Throws Error{InvalidArgument} that names the key and what would be right.
    TableKey(TableName table, std::string_view text);

    TableName table() const noexcept { return table_; }
    const std::string& text() const noexcept { return text_; }  ///< as it is written in the file
    const std::string& key() const noexcept { return key_; }    ///< as the map stores it: folded

  private:
    TableName table_;
    std::string text_, key_;
};

/// A key and what it stands for.
class TableRow {
  public:
    /// Throws Error{InvalidArgument} that names key or value and what would be right, {InvalidAddress} where
    /// the value of a virtusertable is no address that it could be, {LimitExceeded} where the two make a
    /// longer line than makemap takes.
    TableRow(TableName table, std::string_view key, std::string_view value);

    TableName table() const noexcept { return name_.table(); }
    const TableKey& name() const noexcept { return name_; }
    const std::string& text() const noexcept {
        return name_.text();
    }                                                                ///< the key as it is written in the file
    const std::string& key() const noexcept { return name_.key(); }  ///< the key as the map stores it
    const std::string& value() const noexcept { return value_; }     ///< as the file and the map have it

  private:
    TableKey name_;
    std::string value_;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// A condition of a recipe as a validated value: one line of text, the same on the bus, in files and on the command line.
///
///     condition = [ "not" SP ] test                        ; at most 1000 octets, no control character
///     test      = "header" SP NAME SP relation SP VALUE
///               / "header" SP NAME SP "exists"
///               / ( "sender" / "recipient" / "list" ) SP relation SP VALUE
///               / "body" SP ( "contains" / "matches" ) SP VALUE
///               / "size" SP ( "over" / "under" ) SP OCTETS ; decimal
///               / "program" SP PATH *( SP ARGUMENT )       ; holds where it exits with 0
///     relation  = "contains" / "equals" / "matches"
///
/// NAME is a field's name (RFC 5322, section 2.2) of letters, digits, "-" and "_". A VALUE has no white space at its ends. Case
/// (A-Z) never matters. A field that is folded is one line in which each line break is a space; nothing of MIME is decoded.
/// White space in a literal is any white space: a field may be folded between any two words.
///
///     sender     the envelope's, and the fields From, Sender, Resent-From and Return-Path
///     recipient  what procmail's ^TO_ looks at, and Delivered-To, X-Original-To and Envelope-To
///     list       the field List-Id
///     equals     sender, recipient: this address, bounded by what is no character of an address; list: the id within <>, or the
///                whole value; a field: the whole value, without white space around it
///     matches    model/expression.hpp, looked for anywhere in the value; in the body in each line
///
/// PATH and ARGUMENTs: model/program_line.hpp.
// clang-format on
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mailstack {

class Condition {
  public:
    enum class Kind { Header, Sender, Recipient, List, Body, Size, Program };
    enum class Relation {
        Contains,
        Equals,
        Matches,
        Exists,   ///< Header alone
        Over,     ///< Size alone
        Under,    ///< Size alone
        Succeeds  ///< Program alone
    };

    /// Throws Error{InvalidArgument, InvalidExpression, LimitExceeded} that names the value and what would be
    /// right.
    explicit Condition(std::string_view text);

    Kind kind() const noexcept { return kind_; }
    Relation relation() const noexcept { return relation_; }
    bool negated() const noexcept { return negated_; }
    const std::string& header_name() const noexcept { return header_; }  ///< "" but for Header
    /// What is looked for: a literal, an expression, the program's line; "" for Size and Exists.
    const std::string& value() const noexcept { return value_; }
    std::uint64_t octets() const noexcept { return octets_; }  ///< of Size
    bool needs_program() const noexcept { return kind_ == Kind::Program; }
    /// The one way to write it: single spaces between the words, no leading zeros.
    std::string text() const;
    bool operator==(const Condition&) const = default;

  private:
    Kind kind_{};
    Relation relation_{};
    bool negated_ = false;
    std::string header_, value_;
    std::uint64_t octets_ = 0;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// What mailstack writes into a sendmail.mc, as validated values: one that exists cannot leave its m4 quotes,
/// is not expanded by m4 when its macro is, and is not cut short by sendmail.
///
///     name   = ( ALPHA / "_" ) *( ALPHA / DIGIT / "_" )     ; at most 100; no macro of m4's own
///     value  = *element-char                                ; at most 1000
///     element-char = SP to "~" without any of "`'(),#"
///     list   = value *( "," value )                         ; no value of it empty or with blanks at its ends
///     equates = key "=" value *( ", " key "=" value )       ; what DAEMON_OPTIONS and mail filters take
///     no word of a value is one that m4 or cf expands without arguments ("dnl", "divert", "FEATURE", "lower",
///     "confLOG_LEVEL", ...), and no "$" stands before a digit, "*", "#" or "@" (a macro's parameters)
///
/// Source of fact: m4 scans the value of a macro again where the macro is used (measured with GNU m4: a
/// `define(`confCACERT', `/etc/lower/x')' becomes /etc//x in the .cf); in a .cf "#" begins a comment.
// clang-format on
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mailstack {

/// A macro's name that a .mc may define or call, or the name of a feature or a mailer.
class McName {
  public:
    /// Throws Error{InvalidArgument} that names the value and what would be right.
    explicit McName(std::string_view text);
    const std::string& text() const noexcept { return text_; }

  private:
    std::string text_;
};

/// One argument of a macro call. Blanks within it count ("hash -o -T<TMPF> /etc/mail/access").
class McValue {
  public:
    /// Throws Error{InvalidArgument} that names the value and what would be right.
    explicit McValue(std::string_view text);
    /// "a,b,c": the commas are ours (confPRIVACY_FLAGS, ALIAS_FILE). Throws as above; of no elements, "".
    static McValue list(const std::vector<McValue>& elements);
    /// "Name=MTA, Port=smtp": key and value, in order. A key is letters; none comes twice; no value is empty.
    /// (A mail filter's "F=" for no flags is written without the key.) Throws as above, and for no pairs.
    static McValue equates(const std::vector<std::pair<std::string, McValue>>& pairs);

    const std::string& text() const noexcept { return text_; }

  private:
    McValue() = default;
    std::string text_;
};

/// The words of `text` as m4 sees them.
std::vector<std::string_view> mc_words(std::string_view text);

}  // namespace mailstack

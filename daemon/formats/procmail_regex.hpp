// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Text as a part of a condition in a procmailrc (procmailrc(5); procmail's regexp.c and misc.c).
///
/// procmail replaces its macros (^TO_, ^TO, ^FROM_DAEMON, ^FROM_MAILER) in the text of a condition before it
/// is an expression, even behind a backslash and within brackets (measured, 3.23pre): nothing here writes
/// one. A line that ends with a backslash goes on in the next, even where that backslash is quoted: nothing
/// here ends so.
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

/// An expression that matches just `text`, without a control character, in whatever case, and with any blanks
/// for blanks.
std::string procmail_literal(std::string_view text);

/// `name` as the beginning of a field, behind "^", without the colon.
std::string procmail_field_name(std::string_view name);

/// A checked expression (model/expression.hpp), taken apart.
struct ProcmailExpression {
    bool at_start = false;  ///< it began with "^"
    bool at_end = false;    ///< it ended with "$"
    std::string core;       ///< what is between them, in parentheses
};
/// `\<` and `\>` are written as sets without the line break that procmail has in them, so that no match goes
/// on in the next line.
ProcmailExpression procmail_expression(std::string_view text);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// Regular expressions as procmail has them (procmailrc(5), "Extended regular expressions"), as far as they can be asked of one
/// value without looking beyond it.
///
///     expression = [ "^" ] branches [ "$" ]
///     branches   = branch *( "|" branch )
///     branch     = 1*( atom [ "*" / "+" / "?" ] )          ; the whole may be empty between "^" and "$"
///     atom       = character / "." / "[" set "]" / "(" branches ")" / "\" character / "\<" / "\>"
///
/// `^` at the start and `$` at the end hold for all branches; anywhere else they would be line breaks and are refused, as is
/// `^^`. `\<` and `\>` are the one character before and after a word (anything but a letter, a digit and "_"). `\/`, which takes
/// a part of what matched, is refused. So is the repetition of what may be nothing, "(a*)*": procmail 3.22 never ends on some
/// of those, and dies of some with an empty branch, "(|a)" (measured).
// clang-format on
#pragma once

#include <string_view>

namespace mailstack {

/// Throws Error{InvalidExpression} that names the value, the place, and what would be right.
void require_expression(std::string_view text);

}  // namespace mailstack

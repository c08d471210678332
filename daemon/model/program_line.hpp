// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A program and its arguments, as a recipe names them.
///
///     line      = path *( SP argument )          ; at most 1000 octets: procmail's lines have an end
///     path      = "/" *character
///     character = letter / digit / any of _ . / : = @ % + , -
///
/// There is no shell, and none of these characters means anything to procmail or to one.
#pragma once

#include <string_view>

namespace mailstack {

/// Throws Error{InvalidArgument, LimitExceeded} that names the value and what would be right.
void require_program_line(std::string_view text);

}  // namespace mailstack

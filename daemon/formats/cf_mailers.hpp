// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// Mailers and macros of a sendmail.cf with the lines where they stand, read only.
///
///     mailer  = "M" name *( "," *SP field )       ; Mlocal, P=/usr/bin/procmail, F=..., A=procmail -Y -a $h -d $u
///     field   = letter *letter "=" text           ; sendmail looks at the first letter only; A= runs to the line's end
///     macro   = "D" ( letter / "{" name "}" ) text
///
/// A line that begins with SP or TAB continues the one before.
/// Source: the Sendmail Installation and Operation Guide, sections 5.2 and 5.4; makemailer() of sendmail 8.17.
// clang-format on
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

struct CfMailer {
    std::string program;    ///< P=: a path, "[IPC]", "[FILE]"
    std::string arguments;  ///< A=
    std::size_t line = 0;   ///< 1-based, of its first line
};

/// The mailer that sendmail uses: of one name the last.
std::optional<CfMailer> cf_mailer(std::string_view cf, std::string_view name);

/// The names of all mailers, in their order.
std::vector<std::string> cf_mailer_names(std::string_view cf);

struct CfMacro {
    std::string value;     ///< without white space at the ends
    std::size_t line = 0;  ///< 1-based
};

/// The last definition of the macro ("S", "{name}"); nothing where there is none or it is empty.
std::optional<CfMacro> cf_macro(std::string_view cf, std::string_view name);

}  // namespace mailstack

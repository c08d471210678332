// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// The files that a sendmail.cf names, exchanged for others: so that sendmail can be asked about staged maps
/// before they are where the .cf says.
///
///     map        = "K" name SP class *( SP "-" flag ) SP path [ ".db" ]      ; Kaccess hash -T<TMPF> /etc/mail/access
///     class-file = "F" ( letter / "{" name "}" ) [ "-o" ] *SP path [ SP format ]          ; Fw-o /etc/mail/local-host-names
///     aliases    = "O" SP "AliasFile" "=" [ class ":" ] path *( "," [ class ":" ] path )
///
/// A line that begins with SP or TAB continues the one before.
/// Source: the Sendmail Installation and Operation Guide, sections 5.3, 5.6 and 5.9; readcf() and makemapentry() of
/// sendmail 8.17.
// clang-format on
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

struct PathExchange {
    std::string from, to;  ///< absolute, without a map's ".db"
};

/// `cf` with each `from` that a map, a class file or AliasFile names replaced by its `to`. Every other octet
/// stays; a path that only begins with `from` stays. Throws Error{InvalidArgument} for a path that is not
/// absolute or holds white space, a comma, a colon or a number sign, which a .cf could not hold there.
std::string with_map_paths(std::string_view cf, const std::vector<PathExchange>& exchanges);

}  // namespace mailstack

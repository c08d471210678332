// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// The options, maps and class files of a sendmail.cf, read only.
///
///     file    = *line
///     line    = "#" comment / option / map / class-file / anything else    ; one that begins with SP or TAB continues the one before
///     option  = "O" SP name *SP "=" *SP value           ; the name in any case
///             / "O" letter value                        ; sendmail 8.6's form
///     value   = text up to an unescaped "#"
///     map     = "K" *SP name 1*SP class *( 1*SP "-" flag ) [ 1*SP file ]
///     class-file = "F" ( letter / "{" name "}" ) [ "-o" ] *SP file [ 1*SP format ]
///
/// Source: the Sendmail Installation and Operation Guide, section 5.6; readcf(), makemapentry(), fileclass() and setsockaddropt() of
/// sendmail 8.17.
// clang-format on
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// The values of option `name` ("AliasFile"), one for each line that sets it, in order, without white space
/// at the ends. Of an option that takes one value sendmail uses the last.
std::vector<std::string> cf_option(std::string_view cf, std::string_view name);

/// The last of them; "" where no line sets it.
std::string cf_value(std::string_view cf, std::string_view name);

/// One K line: a map that rules can look into.
struct CfMap {
    std::string name;       ///< "access", "virtuser", "mailertable"
    std::string map_class;  ///< "hash"
    std::string file;       ///< without ".db", which sendmail adds; "" where it has none
    bool optional = false;  ///< flag -o: a map that does not open is skipped without a word
};

/// In the file's order. Of one name sendmail uses the last.
std::vector<CfMap> cf_maps(std::string_view cf);

/// The files from which class `name` ("w") is read, in order.
std::vector<std::string> cf_class_files(std::string_view cf, std::string_view name);

/// One DaemonPortOptions line: where the daemon listens.
struct DaemonPort {
    std::string name;             ///< "MTA-v4"; "" where the line has none
    std::string family = "inet";  ///< "inet", "inet6", "unix", ...
    std::string address;          ///< as written; "" is every address
    std::string port = "smtp";    ///< a number or a service's name
    bool smtps = false;           ///< modifier s: TLS before the greeting
    bool no_starttls = false;     ///< modifier S: STARTTLS is not offered
    bool optional = false;        ///< modifier O: sendmail goes on where it cannot listen there
};

/// Where a daemon that runs with `cf` listens: with no DaemonPortOptions at all, on port smtp of every
/// address.
std::vector<DaemonPort> daemon_ports(std::string_view cf);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// The options of a sendmail.cf, read only.
///
///     file    = *line
///     line    = "#" comment / option / anything else    ; one that begins with SP or TAB continues the one before
///     option  = "O" SP name *SP "=" *SP value           ; the name in any case
///             / "O" letter value                        ; sendmail 8.6's form
///     value   = text up to an unescaped "#"
///
/// Source: the Sendmail Installation and Operation Guide, section 5.6; readcf() and setsockaddropt() of
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

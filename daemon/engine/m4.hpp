// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// sendmail.cf made from a sendmail.mc by m4, as cf/README and Debian's /etc/mail/Makefile make it, but with every
/// fault told: Debian's rule ignores m4's status and installs what came out.
///
///     m4 -D_CF_DIR_=DIR/ -D_NO_MAKEINFO_ [DIR/m4/cf.m4] - < sendmail.mc      in the directory of the .mc
///
/// - cf.m4 is put before a .mc that does not include it itself.
/// - _NO_MAKEINFO_ leaves out the lines "built by root@host on DATE", for which cfhead.m4 would run a shell: the
///   same .mc always gives the same octets.
/// - m4's status is non-zero for an include that it cannot open and for an open quote or parenthesis. What the
///   macros of cf/ complain of does not change it: on its standard error, "*** ERROR: ..." and, of old, "*** ..."
///   are errors here; lines that say "WARNING", "deprecated" or "obsolete" are warnings. Most name no line.
// clang-format on
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/mc_file.hpp"

namespace mailstack {

struct M4 {
    std::string program = "/usr/bin/m4";
    std::string cf_directory;  ///< holds m4/cf.m4: see find_cf_directory()
    std::chrono::milliseconds patience{30000};
    std::size_t longest_cf = std::size_t{8} << 20U;  ///< octets
};

/// Where this machine's distribution keeps sendmail's m4 files, or "": Debian's /usr/share/sendmail/cf,
/// Fedora's /usr/share/sendmail-cf, the BSDs' /usr/share/sendmail/cf or /usr/local/share/sendmail/cf.
std::string find_cf_directory();
/// The same, of the cf.m4 that `mc` includes, where it includes one that is there.
std::string find_cf_directory(const McFile& mc);

struct CfBuild {
    std::string cf;
    std::vector<std::string> warnings;  ///< in m4's words, one for each, continuation lines joined by a space
};

/// The .cf that `mc`, the text of the file `path` (absolute; it need not have this text yet), gives.
///
/// Throws Error{InvalidConfiguration} with m4's words, lines of the .mc named as "PATH:LINE"; also where what
/// came out is no whole sendmail.cf. {Timeout}, {LimitExceeded}; {Unsupported} where m4 or cf.m4 is absent.
CfBuild build_cf(const M4& m4, std::string_view mc, const std::string& path);

/// What is missing of a .cf that cf.m4 made whole: its version line (V10), the rule sets canonify, parse and
/// check_rcpt, the mailers local and prog, and at the end a whole mailer definition. Nothing where all is
/// there.
std::optional<std::string> missing_in_cf(std::string_view cf);

}  // namespace mailstack

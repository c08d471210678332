// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What Setup makes of a sendmail.mc: pure, and applied twice it gives the same octets.
///
/// The result has, whatever `present` had (names as in sendmail's cf/README):
///
///     OSTYPE, MAILER(local), MAILER(smtp)
///     confDOMAIN_NAME          the domain, or a name within it that is there: it is $j, what sendmail calls
///     itself,
///                              and what is put behind a sender without a domain
///     confAUTH_OPTIONS         at least A p y: PLAIN and LOGIN over TLS alone, never anonymously
///     confAUTH_MECHANISMS      at least LOGIN and PLAIN, which saslauthd can check; so has TRUST_AUTH_MECH
///     confCACERT_PATH, confCACERT, confSERVER_CERT, confSERVER_KEY     Setup::tls
///     FEATURE use_cw_file, access_db, virtusertable, mailertable       the last three of class hash, without
///     -o FEATURE local_procmail   where procmail is there and the file says nothing of its own of a local
///     mailer DAEMON_OPTIONS           setup_ports.hpp
///
/// What has that effect already stays as it is written, in whatever way: the .cf that m4 makes of `present`
/// tells. Every other line stays. Only a new file gets FEATURE(blocklist_recipients), without which an entry
/// `To:` of access refuses nobody: in a file that exists it would change what entries mean that somebody else
/// wrote.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/mc_file.hpp"
#include "model/setup.hpp"

namespace mailstack {

/// `present`: the file, empty where there is none; then one is written for the distribution. `cf`: what m4
/// makes of `present` (m4.hpp), or "" where that is not known: then a setting that only an include or a macro
/// brings about is made again.
///
/// Throws Error{Unsupported} with the line where `present` cannot be read to its end, or says what is to
/// change in a way that mailstack cannot edit: then a person has to; {InvalidArgument} for a path that m4
/// could not carry.
McFile set_up_mc(const McFile& present, const Setup& setup, std::string_view cf = {});

/// `mc` with `name` defined as `value`, after those of its includes that may define it too. Throws as
/// McFile's edits.
McFile with_setting(const McFile& mc, const char* name, const std::string& value,
                    const std::vector<IncludedFile>& included);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// The proof that mail is delivered: a message is sent to an account that is there for this, and must arrive.
///
///     dialogue = EHLO, MAIL FROM:<>, RCPT TO:<_mailstack@localhost> [ NOTIFY=NEVER ], DATA, QUIT
///     message  = From To Subject Auto-Submitted, "X-Mailstack-Proof:" SP token, a sentence
///     token    = 32HEXDIG                                ; random: an earlier message proves nothing
///
/// "localhost" is in class w of every .cf that m4 makes (cf/m4/proto.m4, Cwlocalhost), whatever the machine is called, and a
/// local recipient is taken from everybody: no relaying, no AUTH. The empty sender with NOTIFY=NEVER (RFC 3461) means that
/// nobody gets a bounce of what cannot be delivered.
///
/// The account is made by the package, its home directory is /var/lib/mailstack/proof. A .procmailrc of root's there
/// discards what is no such message and delivers the others to Maildir. procmail reads it after /etc/procmailrc and every
/// file that this one includes, so that the machine's own default, whichever it is, is not what is proved: that procmail is
/// run, has the account's rights, and comes to the end of /etc/procmailrc, is. Measured with procmail 3.22 and 3.24.
// clang-format on
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/disk.hpp"
#include "model/account.hpp"

namespace mailstack {

inline constexpr std::string_view proof_account = "_mailstack";

/// The home directory of the account. Throws Error{Unsupported} where there is no such account,
/// Error{IoFailed} where the user database cannot be asked.
std::string proof_home(const AccountOf& account_of);

/// Sends the message to the first port of `cf` that takes it, waits for it in `home`/Maildir, and removes it
/// there with whatever else was sent there. Throws Error{MtaFailed} where no port takes it or it does not
/// arrive before the deadline, and what Disk throws.
void prove_delivery(Disk& disk, std::string_view cf, const std::string& home,
                    std::chrono::steady_clock::time_point deadline);

}  // namespace mailstack

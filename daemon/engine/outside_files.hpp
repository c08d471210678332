// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What a sendmail.cf names that lies outside of the configuration, looked at before the daemon that works is
/// told to read it. sendmail itself tells too late: it goes on without STARTTLS, or tries a port for 90
/// seconds before it greets at any, and what a hand did to a file no undo takes back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// That sendmail will serve the certificate and the key that `cf` names, where it names both: they are there,
/// the key is its certificate's, nobody but root or TrustedUser can have changed it or (but for
/// DontBlameSendmail=GroupReadableKeyFile) read it, and authorities are named (names_authorities()). Paths
/// among `to_come` are made together with the .cf and not looked at. Throws Error{InvalidConfiguration} that
/// names file, owner, mode and the remedy. Source: tls.c and safefile.c of sendmail 8.17; measured.
void require_tls_files(std::string_view cf, const std::vector<std::string>& to_come);

/// That nobody answers at a port that `cf` names and `live` does not, and that each port is a number or the
/// name of a service. `live`: the .cf of the daemon that runs, "" where none does. Connects, since the
/// sandbox may not bind; sends nothing. Throws Error{InvalidConfiguration}.
void require_free_ports(std::string_view live, std::string_view cf);

/// That `cf` defines the mailer and, where it runs a program of the machine, that program can be run:
/// sendmail finds out when it delivers. Throws Error{InvalidConfiguration}.
void require_mailer_runs(std::string_view cf, std::string_view mailer);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Where sendmail is to listen: the DAEMON_OPTIONS of Setup's sendmail.mc.
///
/// - Listen::Keep leaves each daemon that the file names. Everywhere and Loopback change the address of the
/// one
///   for port smtp and of the one for submission, and nothing else of them.
/// - cf's own daemon for submission (`Port=587, Name=MSA, M=E`) gives way to one that demands AUTH (M=Ea),
/// for which
///   FEATURE(no_default_msa) is there. A daemon for submission that the file names itself stays as it is.
/// - As soon as a file names one daemon, cf adds none for port smtp: then that is named, too.
/// - Everywhere means IPv4. A second daemon with Family=inet6 could not listen on the same port of every
/// address,
///   because sendmail's IPv6 socket takes IPv4 as well (measured: "cannot bind: Address already in use",
///   tried for 50 seconds), and alone it would leave a machine without IPv6 without mail.
///
/// Source: cf/README (DAEMON_OPTIONS, no_default_msa), cf/m4/proto.m4; the Operation Guide,
/// DaemonPortOptions.
#pragma once

#include "formats/mc_file.hpp"
#include "model/setup.hpp"

namespace mailstack {

/// Throws Error{Unsupported} where an address is to change of a daemon that has no Name=, is one of several
/// for its port, or is named in an included file.
McFile set_up_ports(McFile file, const Setup& setup);

}  // namespace mailstack

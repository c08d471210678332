// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What no entry of access may do: let strangers relay. Told by the entry alone, before anything is written.
///
///     Connect: or none, with nothing behind it       everybody
///     a top-level domain, or one like co.uk          anybody can have a name in it
///     a first octet of public addresses              sixteen million machines
///     an IPv6 prefix of fewer than three groups      shorter than what one customer gets (/48), private ones
///     aside From:                                          a sender's address is whatever the sender says
///
/// What the running rules make of an entry together with the features of sendmail.mc is asked by
/// relay_guard.hpp.
#pragma once

#include "model/table_entry.hpp"

namespace mailstack {

/// Throws Error{InvalidConfiguration} that says whom the entry would let in and what would be right.
void refuse_relay_for_strangers(const TableRow& row);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A configuration examined before it is installed, by the sendmail that is to run with it.
#pragma once

#include "engine/address_test.hpp"
#include "engine/configuration.hpp"
#include "engine/relay_guard.hpp"

namespace mailstack {

/// That sendmail reads the .cf without a complaint, opens each table's map, takes each of our domains for
/// local, and finds a mailer for mail to here and to elsewhere. DNS is not asked. Throws
/// Error{InvalidConfiguration}, and as ask().
void require_working(const AddressTest& test, const Configuration& after);

/// That no stranger can send to a stranger (relay_guard.hpp). Throws Error{InvalidConfiguration} that names
/// the first opening and its remedy.
void require_closed_relay(const AddressTest& test, const Configuration& after);

/// What the relay guard has to know of a configuration. `relay_domains`: the members of class R.
RelayInputs relay_inputs(const Configuration& configuration, std::vector<std::string> relay_domains);

}  // namespace mailstack

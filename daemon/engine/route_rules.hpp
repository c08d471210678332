// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What sendmail.cf needs for routes: rules that ask the maps "msroute" and "msauth", a mailer for each port,
/// one that holds. They are in two files of this package, which sendmail.mc includes.
#pragma once

#include "engine/configuration.hpp"
#include "engine/layout.hpp"

namespace mailstack {

/// Whether mail could not leave as the routes say with the present sendmail.cf.
bool lacks_route_rules(const Configuration& configuration, const Routes& routes);

/// sendmail.mc with the two includes, and with the ports of these relays. Throws Error{Unsupported} where
/// there is no sendmail.mc, or where it names a smart host of its own, which would take what leaves directly.
McFile with_route_rules(const Configuration& configuration, const Layout& layout, const Routes& routes);

}  // namespace mailstack

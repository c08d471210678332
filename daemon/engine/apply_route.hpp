// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Changes of routes: which there are, which one is active, for whom another one serves. Pure.
#pragma once

#include <optional>

#include "engine/apply.hpp"
#include "engine/layout.hpp"

namespace mailstack {

bool is_route_change(const Change& change);

/// The routes as they are after the change. Throws AlreadyExists, NoSuchRoute, RouteInUse, NoSecret,
/// InvalidArgument, LimitExceeded.
Routes changed_routes(const Routes& before, const Change& change);

/// The same of a whole configuration, with the file that SetSecret makes. Throws as changed_routes(), and
/// InvalidConfiguration where routes.yaml cannot be read.
Applied apply_route_change(const Configuration& before, const Change& change);

/// Whether sendmail.cf lacks what the routes after the change need: the rules, a mailer for a relay's port.
/// Then the change makes sendmail.cf anew.
bool needs_route_rules(const Configuration& before, const Change& change);

}  // namespace mailstack

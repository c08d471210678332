// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The arguments of Setup, decoded and completed with what the machine has.
#pragma once

#include <map>
#include <string>

#include "bus/sdbus_compat.hpp"
#include "engine/layout.hpp"
#include "model/setup.hpp"

namespace mailstack {

using SetupOptions = std::map<std::string, sdbus::Variant>;

/// `domain` has at least two labels; `user` is an account, and not root's. `options`: listen (s: keep,
/// everywhere, loopback), submission (b), replace-cf (b).
///
/// Throws Error{InvalidArgument} that names the argument or the key and what would be right, {InvalidAddress}
/// for a user that no alias could lead to.
Setup setup_request(const Layout& layout, const std::string& domain, const std::string& user,
                    const SetupOptions& options);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Changes of keyed tables and of the domains, applied: pure, as apply.hpp.
#pragma once

#include "engine/apply.hpp"

namespace mailstack {

/// Throw Unsupported where sendmail does not look into the table (or read the file): a change that nobody
/// would see is no success. Setting what is set just so changes nothing.
Applied apply_set_entry(const Configuration& before, const SetEntry& set);
Applied apply_add_domain(const Configuration& before, const AddDomain& add);

/// Throw NoSuchEntry, NoSuchDomain, and Unsupported as above.
Applied apply_remove_entry(const Configuration& before, const RemoveEntry& removal);
Applied apply_remove_domain(const Configuration& before, const RemoveDomain& removal);

}  // namespace mailstack

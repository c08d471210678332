// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Which polkit actions a change requires: pure, asked twice (by the bus before the dialog, by the writer
/// before the change, on the configuration that it will change).
#pragma once

#include "engine/configuration.hpp"
#include "model/action.hpp"
#include "model/change.hpp"

namespace mailstack {

/// A plain recipient for an ordinary name: ManageAliases. A system name: ManageSystemAliases. A recipient
/// that is not plain, new or about to be replaced: ManageProgramAliases as well.
Actions required_actions(const Configuration& configuration, const Change& change,
                         const IsAccount& is_account);

/// For whatever concerns an account's mail: one's own needs no administrator.
Actions for_owner(const RecipeOwner& owner);

}  // namespace mailstack

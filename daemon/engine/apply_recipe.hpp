// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Changes of recipes and of delivery: whole files of one account, and mailstack's part of /etc/procmailrc.
#pragma once

#include "engine/apply.hpp"
#include "engine/workshop.hpp"
#include "model/change.hpp"

namespace mailstack {

/// Whether the change is of recipes or of where mail is delivered; UseProcmail is a change of sendmail.mc.
template <typename Kind>
inline constexpr bool is_recipe_kind =
    std::is_same_v<Kind, AddRecipe> || std::is_same_v<Kind, SetRecipe> ||
    std::is_same_v<Kind, RemoveRecipe> || std::is_same_v<Kind, MoveRecipe> ||
    std::is_same_v<Kind, SetDelivery> || std::is_same_v<Kind, SetDefaultDelivery>;

bool is_recipe_change(const Change& change);

/// The files that the change writes, after a rehearsal. Files that would be the same are not among them.
///
/// Throws NoSuchRecipe, AlreadyExists, LimitExceeded; InvalidConfiguration where the account's YAML or
/// /etc/procmailrc cannot be read; HandEdited where the account's files hold hand edits that Reload would
/// publish; InvalidExpression where procmail does not take an expression; LosesMail where a plain message
/// would be lost; Unsupported where there is no procmail; InvalidArgument as require_plain_home() does.
Applied apply_recipe_change(const Workshop& workshop, const Configuration& before, const Change& change);

}  // namespace mailstack

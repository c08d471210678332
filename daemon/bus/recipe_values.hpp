// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Recipes and rehearsals between the bus and the model.
#pragma once

#include <string>
#include <vector>

#include "bus/authorizer.hpp"
#include "bus/caller.hpp"
#include "bus/sdbus_compat.hpp"
#include "engine/rehearsal.hpp"
#include "model/change.hpp"

namespace mailstack {

/// What polkit is told of a call, as it came over the bus.
Details recipe_details(const std::string& user, const std::string& recipe = "",
                       const std::string& action = "");

/// The account that a call names, "" the caller's own. Throws Error{NoSuchAccount}.
RecipeOwner owner_for(const Caller& caller, const std::string& user);

/// Throws as Recipe::parse does.
Recipe recipe_from(const std::string& name, const std::string& match,
                   const std::vector<std::string>& conditions, const std::string& action,
                   const std::string& then);

/// What the change would run, which whoever is asked must see: a condition's program is not in the action.
std::string programs_of(const Change& change);

/// name, match, conditions, action, then.
using RecipeRow = sdbus::Struct<std::string, std::string, std::vector<std::string>, std::string, std::string>;
std::vector<RecipeRow> rows_of(const std::vector<Recipe>& recipes);

/// A recipe or "delivery", its outcome, words.
using RehearsedRow = sdbus::Struct<std::string, std::string, std::string>;
std::vector<RehearsedRow> rows_of(const Rehearsed& rehearsed);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// ImportAliases: many aliases in alias-file syntax as one change.
#pragma once

#include <string>

#include "engine/apply.hpp"

namespace mailstack {

/// The change that a text in alias-file syntax asks for. Throws InvalidAddress for the first line that
/// sendmail would reject, that is defined twice, or whose name or recipients are not valid, with its number.
ImportAliases parse_import(std::string text, OnConflict on_conflict);

/// With OnConflict::Fail throws AlreadyExists for the first name that exists with other recipients;
/// AliasLoop.
Applied apply_import(const Configuration& before, const ImportAliases& import);

}  // namespace mailstack

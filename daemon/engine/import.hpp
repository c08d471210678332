// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// ImportAliases: many aliases in alias-file syntax as one change.
#pragma once

#include <functional>

#include "engine/apply.hpp"

namespace mailstack {

/// The import's text as an alias file. Throws InvalidAddress for the first line that sendmail would reject or
/// that is defined twice, with its number.
AliasFile parse_import(const ImportAliases& import);

/// Throws as parse_import() and, with OnConflict::Fail, AlreadyExists for the first name that exists with
/// other recipients.
Applied apply_import(const Configuration& before, const ImportAliases& import);

}  // namespace mailstack

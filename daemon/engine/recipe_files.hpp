// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// The files of an account's recipes: ACCOUNT.yaml, which is the truth, and ACCOUNT.rc, which procmail reads.
///
///     ACCOUNT.rc = "# mailstack " digest-of-yaml " " digest-of-body LF body
///
/// By the two digests hand edits are told: of the YAML, which are not live, and of the rc, which would be lost.
// clang-format on
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/disk.hpp"
#include "engine/layout.hpp"
#include "engine/recipe_book.hpp"
#include "engine/recipe_rc.hpp"
#include "model/account_name.hpp"

namespace mailstack {

/// How the rc stands to the YAML.
enum class RcState {
    Absent,   ///< there is none; it is due where there is a YAML
    AsMade,   ///< made of the YAML as it is
    Stale,    ///< the YAML was edited since, or is gone: that is not live
    Edited,   ///< the rc was edited itself
    Foreign,  ///< it bears no digests: mailstack did not make it
};

struct RecipeFiles {
    std::string path;     ///< of the YAML
    std::string rc_path;  ///< of the rc
    RecipeBook book{};
    std::string rc{};  ///< its bytes
    FileIdentity identity{}, rc_identity{};

    RcState state() const;
    /// Whether the rc is what the YAML says on a machine of that name and delivery. One that is AsMade may
    /// have been made on another, or by another mailstack. True where there is neither.
    bool is_as_said(const RecipeContext& here) const;
};

/// Those of the account, whether they exist or not. Throws as Disk's looking does.
RecipeFiles recipe_files(const Layout& layout, Disk& disk, const AccountName& account);

/// The accounts that have a YAML, or an rc, which procmail reads though its YAML be gone; by name. File names
/// that no account can have are passed over.
std::vector<AccountName> accounts_with_recipes(const Layout& layout, Disk& disk);

/// The whole rc, whose body was made of this YAML.
std::string stamped_rc(std::string_view yaml, std::string_view body);

/// Throws Error{InvalidConfiguration} where the YAML cannot be read as recipes: with its path and the line.
void require_readable(const RecipeFiles& files);

/// Those of the account, of which the YAML can be read as recipes. Throws as both do.
RecipeFiles readable_recipe_files(const Layout& layout, Disk& disk, const AccountName& account);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What procmail reads for an account, beside what that is made of: as somebody sees it who does not stop the
/// writer.
#pragma once

#include <functional>
#include <string>

#include "engine/procmailrc_file.hpp"
#include "engine/recipe_files.hpp"
#include "engine/recipe_rc.hpp"

namespace mailstack {

struct LiveRecipes {
    RecipeFiles files;
    ProcmailrcFile procmailrc;
    RecipeContext context;

    bool as_said() const { return files.is_as_said(context); }
};

/// Longer than the renames of one transaction take.
void wait_for_renames();

/// `own_name`: own_name() of the sendmail.cf. A transaction renames one file after the other: what is not as
/// its YAML says is read once more after `wait`. Throws as Disk's looking does.
LiveRecipes live_recipes(const Layout& layout, Disk& disk, const AccountName& account,
                         const std::string& own_name, const std::function<void()>& wait = wait_for_renames);

}  // namespace mailstack

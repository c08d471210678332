// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What Check sees of recipes, and of what procmail reads beside them.
#pragma once

#include <string>
#include <vector>

#include "engine/layout.hpp"
#include "engine/procmailrc_file.hpp"
#include "engine/recipe_files.hpp"
#include "model/account.hpp"

namespace mailstack {

/// Of one account.
struct RecipeFacts {
    AccountName name;
    RecipeFiles files{};
    std::string failure{};         ///< why its files cannot be used; else ""
    bool as_said = true;           ///< the rc is what the YAML says on this machine
    bool exists = true;            ///< the account does
    std::string unreadable{};      ///< why the account cannot read its rc; else ""
    std::string own_procmailrc{};  ///< its path, where there is one
};

struct RecipesFacts {
    std::string home;  ///< /etc/mailstack
    std::string path;  ///< /etc/procmailrc
    ProcmailrcFile procmailrc{};
    std::string failure{};  ///< why it could not be read; else ""
    std::vector<RecipeFacts> accounts{};
};

/// `own_name`: own_name() of the sendmail.cf. What is not as its YAML says is read once more, as
/// live_recipes() does. Throws nothing that it can tell as a fact.
RecipesFacts recipe_facts(const Layout& layout, const AccountOf& account_of, const std::string& own_name);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/recipe_facts.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/read_as.hpp"
#include "base/real_disk.hpp"
#include "engine/live_recipes.hpp"
#include "engine/recipe_doubts.hpp"
#include "model/plain_home.hpp"

namespace mailstack {
namespace {

/// What `work` could not do, in words; "".
template <typename Work>
std::string failure_of(const Work& work) {
    try {
        work();
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

RecipeFacts facts_of(const Layout& layout, Disk& disk, const RecipeContext& context,
                     const AccountOf& account_of) {
    RecipeFacts facts{.name = context.account};
    facts.failure = failure_of([&] { facts.files = recipe_files(layout, disk, context.account); });
    facts.as_said = facts.files.is_as_said(context);
    std::optional<Account> account;
    // Where nobody can tell, no recipes are called orphaned.
    const bool asked = failure_of([&] { account = account_of(context.account.text()); }).empty();
    facts.exists = account.has_value() || !asked;
    if (account && facts.failure.empty()) {
        facts.failure = failure_of([&] { require_plain_home(*account); });
        facts.own_procmailrc = own_procmailrc(*account);
        if (facts.files.rc_identity.exists()) {
            facts.unreadable = failure_of([&] { read_as(account->identity, facts.files.rc_path); });
        }
    }
    return facts;
}

}  // namespace

RecipesFacts recipe_facts(const Layout& layout, const AccountOf& account_of, const std::string& own_name) {
    RealDisk disk;
    RecipesFacts all{.home = layout.home(), .path = layout.procmailrc()};
    const auto look_at = [&](const AccountName& name) {
        return facts_of(layout, disk,
                        {.account = name, .own_name = own_name, .machine = all.procmailrc.delivery()},
                        account_of);
    };
    const auto read_machine = [&] {
        all.failure = failure_of([&] { all.procmailrc = read_procmailrc(layout, disk); });
    };
    read_machine();
    for (const AccountName& name : accounts_with_recipes(layout, disk)) {
        all.accounts.push_back(look_at(name));
    }
    const auto odd = [](const RecipeFacts& one) { return !one.as_said; };
    if (std::any_of(all.accounts.begin(), all.accounts.end(), odd)) {
        wait_for_renames();
        read_machine();
    }
    for (RecipeFacts& one : all.accounts) {
        if (odd(one)) {
            one = look_at(one.name);
        }
    }
    return all;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/explain_recipes.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/live_recipes.hpp"
#include "engine/own_name.hpp"
#include "engine/recipe_doubts.hpp"

namespace mailstack {
namespace {

std::string conditions_of(const Recipe& recipe) {
    std::vector<std::string> texts;
    for (const Condition& condition : recipe.conditions()) {
        texts.push_back(condition.text());
    }
    return texts.empty() ? "every message" : joined(texts, recipe.match() == Match::All ? " and " : " or ");
}

ExplainStep step_of(const RecipeFiles& files, const Recipe& recipe) {
    return {"recipe",
            recipe.name().text() + ": " + conditions_of(recipe) + ": " + text_of(recipe.action()) +
                (recipe.then() == Then::Continue ? ", and on to the next" : ""),
            files.path + ":" + std::to_string(files.book.line_of(recipe.name()))};
}

std::vector<ExplainStep> steps_of(const Layout& layout, Disk& disk, const Account& account) {
    const std::string cf =
        disk.identity(layout.sendmail_cf()).exists() ? disk.read(layout.sendmail_cf()).bytes : "";
    const LiveRecipes live = live_recipes(layout, disk, account.name, own_name(cf, host_name()));
    const RecipeFiles& files = live.files;
    require_readable(files);
    std::vector<ExplainStep> steps;
    for (const std::string& doubt : recipe_doubts(live)) {
        steps.push_back({"unknown", doubt, ""});
    }
    for (const Recipe& recipe : files.book.recipes()) {
        steps.push_back(step_of(files, recipe));
    }
    if (const std::string own = own_procmailrc(account); !own.empty()) {
        steps.push_back(
            {"unknown", "what the account's own " + own + " does with what the recipes leave", own});
    }
    steps.push_back({"mailbox",
                     "what no recipe takes: " + default_mailbox(effective_delivery(files.book, live.context),
                                                                account.name, account.home),
                     ""});
    return steps;
}

}  // namespace

std::vector<ExplainStep> recipe_steps(const Layout& layout, Disk& disk, const std::string& name,
                                      const AccountOf& account_of, const MaySee& may_see) {
    try {
        const auto account = account_of(name);
        if (!account) {
            return {};
        }
        if (!may_see(*account)) {
            return {{"unknown",
                     "what the recipes of " + name + " do, which are for " + name +
                         " and root to see: 'mailstackctl recipe list --user " + name + "' asks for leave",
                     ""}};
        }
        return steps_of(layout, disk, *account);
    } catch (const Error& error) {
        return {{"unknown", "what the recipes of " + name + " do: " + error.what(), ""}};
    }
}

}  // namespace mailstack

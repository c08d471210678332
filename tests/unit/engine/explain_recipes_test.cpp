// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/explain_recipes.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/model_disk.hpp"
#include "engine/procmailrc_file.hpp"
#include "engine/recipe_files.hpp"

using namespace mailstack;

namespace {

const Layout layout;
const AccountName alice("alice");
const std::string recipes =
    "recipes:\n"
    "  big: {when: size over 10, action: folder Big, then: continue}\n"
    "  rest:\n"
    "    match: any\n"
    "    when: |\n"
    "      list contains a\n"
    "      sender contains b\n"
    "    action: keep\n";

std::optional<Account> account_of(const std::string& name) {
    return AccountName(name) == alice
               ? std::optional(Account{.name = alice, .home = "/nonexistent/home/alice"})
               : std::nullopt;
}

/// The YAML, an rc that was made of `made_of`, and mailstack's part of /etc/procmailrc.
void put(ModelDisk& disk, const std::string& yaml, const std::string& made_of) {
    disk.put(layout.recipes() + "/alice.yaml", yaml);
    const RecipeContext context{.account = alice, .own_name = {}, .machine = Delivery::Maildir};
    disk.put(layout.procmail() + "/alice.rc",
             stamped_rc(made_of, recipe_rc(RecipeBook::parse(made_of), context)));
    ProcmailrcFile procmailrc = read_procmailrc(layout, disk);
    procmailrc.deliver_to(Delivery::Maildir);
    disk.put(layout.procmailrc(), procmailrc.after.print());
}

std::string told(ModelDisk& disk, const std::string& name = "alice", bool may_see = true) {
    std::string text;
    for (const ExplainStep& step :
         recipe_steps(layout, disk, name, account_of, [may_see](const Account&) { return may_see; })) {
        text += step.step + "|" + step.happens + "|" + step.place + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("each recipe is a step with its line, and what is left goes to the mailbox") {
    ModelDisk disk;
    put(disk, recipes, recipes);
    CHECK(told(disk) ==
          "recipe|big: size over 10: folder Big, and on to the next|/etc/mailstack/recipes/alice.yaml:2\n"
          "recipe|rest: list contains a or sender contains b: keep|/etc/mailstack/recipes/alice.yaml:3\n"
          "mailbox|what no recipe takes: /nonexistent/home/alice/Maildir/|\n");
    CHECK(told(disk, "bob").empty());
}

TEST_CASE("who may not see the recipes is told nothing of them, whatever they are") {
    ModelDisk disk;
    put(disk, recipes, recipes);
    const std::string hidden = told(disk, "alice", false);
    CHECK(hidden.starts_with("unknown|what the recipes of alice do, which are for alice and root to see: "));
    CHECK(told(disk, "bob", false).empty());
    disk.remove(layout.recipes() + "/alice.yaml");
    CHECK(told(disk, "alice", false) == hidden);
}

TEST_CASE("what procmail does otherwise is told before the recipes") {
    ModelDisk disk;
    put(disk, recipes, "recipes:\n");
    CHECK(told(disk).starts_with("unknown|/etc/mailstack/procmail/alice.rc is not what "));
    disk.remove(layout.recipes() + "/alice.yaml");
    CHECK(told(disk).starts_with("unknown|/etc/mailstack/procmail/alice.rc is not what "));
}

TEST_CASE("what stands behind mailstack's part, or ends the file before it, is told") {
    ModelDisk disk;
    put(disk, recipes, recipes);
    const std::string part = disk.read(layout.procmailrc()).bytes;
    disk.put(layout.procmailrc(), part + "A=b\n:0\n* ^X\n/dev/null\n");
    CHECK(told(disk).starts_with(
        "unknown|/etc/procmailrc, line 8: what stands there by hand gets what the recipes leave"));
    disk.put(layout.procmailrc(), "HOST\n" + part);
    CHECK(told(disk).starts_with("unknown|/etc/procmailrc, line 1: "));
    disk.put(layout.procmailrc(), "A=b\n" + part + "B=c\n");
    CHECK(told(disk).starts_with("recipe|"));
}

TEST_CASE("recipes that cannot be told are a step too, and no failure of the rest") {
    ModelDisk disk;
    put(disk, "recipes: [\n", recipes);
    CHECK(told(disk).starts_with(
        "unknown|what the recipes of alice do: /etc/mailstack/recipes/alice.yaml, line "));
    CHECK(told(disk, "alice+shop")
              .starts_with("unknown|what the recipes of alice+shop do: 'alice+shop' is no"));
}

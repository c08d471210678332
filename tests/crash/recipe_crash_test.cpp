// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Recipes: an account's YAML and rc, and mailstack's part of /etc/procmailrc.
#include <doctest/doctest.h>

#include "all_or_nothing.hpp"
#include "engine/procmailrc_file.hpp"
#include "engine/recipe_files.hpp"
#include "engine/recipe_rc.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

const std::vector<std::string> accounts{"alice", "bob"};
const std::string by_hand = "# mine\nSHELL=/bin/sh\n";

RecipeOwner owner(const std::string& name) {
    return {.account = *account_called(name), .calls = true};
}

Recipe recipe(const std::string& name, const std::string& action = "folder Lists/debian") {
    return Recipe::parse(name, "all", {"list contains debian"}, action, "stop");
}

Change addition(const std::string& account, const std::string& name) {
    return AddRecipe{.owner = owner(account), .recipe = recipe(name)};
}

std::unique_ptr<ModelDisk> plain_disk() {
    auto disk = disk_with_mc("dnl mine\nFEATURE(`access_db')dnl\nFEATURE(`use_cw_file')dnl\n");
    disk->put(layout.procmailrc(), by_hand);
    disk->settle();
    return disk;
}

/// Both accounts have recipes, made by the engine itself.
std::unique_ptr<ModelDisk> disk_with_recipes() {
    auto disk = plain_disk();
    Engine engine(*disk);
    for (const std::string& account : accounts) {
        REQUIRE(failure(engine.run({addition(account, "one")}).answers[0]).empty());
    }
    disk->settle();
    return disk;
}

std::unique_ptr<ModelDisk> disk_with_edits() {
    auto disk = disk_with_recipes();
    const RecipeFiles alice = recipe_files(layout, *disk, AccountName("alice"));
    const RecipeFiles bob = recipe_files(layout, *disk, AccountName("bob"));
    disk->put(alice.path, alice.book.with_recipe(recipe("two"), 0).print());
    disk->put(bob.rc_path, bob.rc + "# by hand\n");
    disk->settle();
    return disk;
}

/// procmail goes on to read what was made of it.
std::unique_ptr<ModelDisk> disk_with_lost_yaml() {
    auto disk = disk_with_recipes();
    disk->remove(recipe_files(layout, *disk, AccountName("alice")).path);
    disk->settle();
    return disk;
}

Picture picture(ModelDisk& disk) {
    Picture all{{layout.procmailrc(), text_or_empty(disk, layout.procmailrc())}};
    for (const std::string& account : accounts) {
        const RecipeFiles files = recipe_files(layout, disk, AccountName(account));
        all[files.path] = text_or_empty(disk, files.path);
        all[files.rc_path] = text_or_empty(disk, files.rc_path);
    }
    for (const std::string& name : disk.names(layout.kept())) {
        all[layout.kept() + '/' + name] = text_or_empty(disk, layout.kept() + '/' + name);
    }
    return all;
}

/// What stood in /etc/procmailrc stands there still, and privileges are dropped before recipes are read.
void check_procmailrc(ModelDisk& disk) {
    const ProcmailrcFile file = read_procmailrc(layout, disk);
    REQUIRE(file.after.print().starts_with(by_hand));
    REQUIRE_FALSE(file.problem().has_value());
    if (const auto section = file.after.section()) {
        REQUIRE(section->as_written);
        REQUIRE(file.after.privileges_dropped().has_value());
    }
}

Change default_delivery() {
    return SetDefaultDelivery{Delivery::Maildir};
}

struct Scenario {
    std::string title;
    std::unique_ptr<ModelDisk> (*prepared)();
    Change change;
};

std::vector<Scenario> scenarios() {
    return {{"the first recipe of all", plain_disk, addition("alice", "one")},
            {"one more", disk_with_recipes, addition("alice", "two")},
            {"one less", disk_with_recipes, RemoveRecipe{.owner = owner("bob"), .name = RecipeName("one")}},
            {"another delivery for all", disk_with_recipes, default_delivery()},
            {"edits by hand made live", disk_with_edits, Reload{}},
            {"a YAML that is gone", disk_with_lost_yaml, Reload{}}};
}

Subject subject(const Scenario& scenario) {
    return {.prepared = scenario.prepared,
            .change = scenario.change,
            .picture = picture,
            .check_whole = check_procmailrc};
}

}  // namespace

TEST_CASE("recipes: every crash state of a change: all of the old files or all of the new") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.title);
        CHECK(crash_everywhere(subject(scenario)) > 20);
    }
}

TEST_CASE("recipes: a failing disk at every operation: a clear error, and the old files") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.title);
        CHECK(fail_everywhere(subject(scenario)) > 0);
    }
}

TEST_CASE("recipes: what the account cannot read is undone, and so is every crash state of that") {
    const auto disk = disk_with_recipes();
    Engine engine(*disk);
    disk->settle();
    const Picture before = picture(*disk);
    engine.hides_files = true;
    REQUIRE(
        failure(engine.run({addition("alice", "two")}).answers[0]).find("the old configuration is back") !=
        std::string::npos);
    REQUIRE(picture(*disk) == before);
    in_every_crash_state(
        *disk, false,
        [&](ModelDisk& recovered, bool /*acknowledged*/) {
            REQUIRE(picture(recovered) == before);
            check_procmailrc(recovered);
        },
        few_of_many);
}

TEST_CASE("recipes: the account alone reads its rc, nobody its YAML") {
    const auto disk = disk_with_recipes();
    const RecipeFiles files = recipe_files(layout, *disk, AccountName("alice"));
    CHECK(disk->reader(files.rc_path) == 1000U);
    CHECK_FALSE(disk->reader(files.path).has_value());
}

TEST_CASE("recipes: of a YAML that is gone nothing is left for procmail, and what procmail had is kept") {
    const auto disk = disk_with_lost_yaml();
    const AccountName alice("alice");
    const RecipeFiles before = recipe_files(layout, *disk, alice);
    REQUIRE(before.state() == RcState::Stale);
    Engine engine(*disk);
    REQUIRE(failure(engine.run({Reload{}}).answers[0]).empty());
    const RecipeFiles after = recipe_files(layout, *disk, alice);
    CHECK(after.state() == RcState::AsMade);
    CHECK(after.rc.find(":0") == std::string::npos);
    REQUIRE(disk->names(layout.kept()).size() == 1);
    CHECK(text_or_empty(*disk, layout.kept() + '/' + disk->names(layout.kept()).front()) == before.rc);
}

namespace {

/// Both have another recipe by hand; alice's makes `wrong` of hers.
std::unique_ptr<ModelDisk> disk_with_wrong(const std::function<std::string(const RecipeFiles&)>& wrong) {
    auto disk = disk_with_recipes();
    const RecipeFiles alice = recipe_files(layout, *disk, AccountName("alice"));
    const RecipeFiles bob = recipe_files(layout, *disk, AccountName("bob"));
    disk->put(alice.path, wrong(alice));
    disk->put(bob.path, bob.book.with_recipe(recipe("two"), 0).print());
    disk->settle();
    return disk;
}

/// Reload leaves alice's files, and publishes bob's.
void check_alice_left(Engine& engine, ModelDisk& disk) {
    const AccountName alice("alice");
    const RecipeFiles before = recipe_files(layout, disk, alice);
    REQUIRE(failure(engine.run({Reload{}}).answers[0]).empty());
    const RecipeFiles after = recipe_files(layout, disk, alice);
    CHECK(after.rc == before.rc);
    CHECK(after.book.print() == before.book.print());
    CHECK(after.state() == RcState::Stale);
    CHECK(recipe_files(layout, disk, AccountName("bob")).state() == RcState::AsMade);
    CHECK(recipe_files(layout, disk, AccountName("bob")).rc.find("# two") != std::string::npos);
    CHECK(disk.names(layout.kept()).empty());
}

}  // namespace

TEST_CASE("recipes: a YAML that cannot be read holds up that account alone") {
    for (const std::string& text : {std::string("recipes: [\n"), std::string("recipes:\n  one: {when: x}\n"),
                                    std::string(RecipeBook::most_octets + 1, '#')}) {
        const auto disk = disk_with_wrong([&](const RecipeFiles& /*alice*/) { return text; });
        Engine engine(*disk);
        check_alice_left(engine, *disk);
        REQUIRE(failure(engine.run({default_delivery()}).answers[0]).empty());
        CHECK(recipe_files(layout, *disk, AccountName("bob")).rc.find("Maildir") != std::string::npos);
        CHECK(recipe_files(layout, *disk, AccountName("alice")).rc.find("Maildir") == std::string::npos);
        CHECK(failure(engine.run({addition("alice", "three")}).answers[0]).find("alice.yaml") !=
              std::string::npos);
    }
}

TEST_CASE("recipes: an edit by hand that does not pass the rehearsal holds up that account alone") {
    const auto more = [](const RecipeFiles& alice) {
        return alice.book.with_recipe(recipe("lost", "discard"), 0).print();
    };
    const auto discards = [](const RecipeBook& book, const RecipeContext& context, std::string_view message) {
        Rehearsed rehearsed = nothing_matches(book, context, message);
        rehearsed.arrives = book.recipe(RecipeName("lost")) == nullptr;
        return rehearsed;
    };
    const auto refuses = [](const RecipeBook& book, const RecipeContext& context, std::string_view message) {
        if (book.recipe(RecipeName("lost")) != nullptr) {
            throw Error(Code::InvalidExpression, "procmail calls its expression invalid");
        }
        return nothing_matches(book, context, message);
    };
    for (const auto& rehearse :
         {decltype(Programs::rehearse)(discards), decltype(Programs::rehearse)(refuses)}) {
        const auto disk = disk_with_wrong(more);
        Engine engine(*disk);
        engine.programs.rehearse = rehearse;
        check_alice_left(engine, *disk);
        CHECK_FALSE(failure(engine.run({addition("bob", "lost")}).answers[0]).empty());
    }
}

TEST_CASE("recipes: an account whose home procmail would run as root gets none") {
    const auto disk = disk_with_recipes();
    Engine engine(*disk);
    const Picture before = picture(*disk);
    RecipeOwner wrong = owner("alice");
    wrong.account.home = "/home/`id`";
    for (const Change& change : {Change(AddRecipe{.owner = wrong, .recipe = recipe("two")}),
                                 Change(SetDelivery{.owner = wrong, .delivery = Delivery::Maildir})}) {
        CHECK(failure(engine.run({change}).answers[0]).find("as root") != std::string::npos);
        CHECK(picture(*disk) == before);
    }
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/live_recipes.hpp"

#include <doctest/doctest.h>

#include "base/model_disk.hpp"
#include "engine/recipe_doubts.hpp"

using namespace mailstack;

namespace {

const Layout layout;
const AccountName alice("alice");
const std::string own_name = "mail.example";
const std::string yaml = "recipes:\n  one: {when: size over 10, action: folder One}\n";
const std::string other_yaml = "recipes:\n  two: {when: size over 10, action: forward bob@far.example}\n";

void put_yaml(ModelDisk& disk, const std::string& text) {
    disk.put(layout.recipes() + "/alice.yaml", text);
}

void put_rc(ModelDisk& disk, const std::string& text, const std::string& name = own_name,
            Delivery machine = Delivery::Maildir) {
    const RecipeContext context{.account = alice, .own_name = name, .machine = machine};
    disk.put(layout.procmail() + "/alice.rc", stamped_rc(text, recipe_rc(RecipeBook::parse(text), context)));
}

void put_machine(ModelDisk& disk, Delivery delivery) {
    ProcmailrcFile procmailrc = read_procmailrc(layout, disk);
    procmailrc.deliver_to(delivery);
    disk.put(layout.procmailrc(), procmailrc.after.print());
}

/// What is told, and how often one waited for it.
struct Told {
    bool as_said;
    int waits;
    bool operator==(const Told&) const = default;
};

Told told(
    ModelDisk& disk, const std::function<void()>& meanwhile = [] {}) {
    int waits = 0;
    const LiveRecipes live = live_recipes(layout, disk, alice, own_name, [&] {
        ++waits;
        meanwhile();
    });
    CHECK(recipe_doubts(live).empty() == live.as_said());
    return {live.as_said(), waits};
}

}  // namespace

TEST_CASE("recipes are as said where the rc is what their YAML makes on this machine") {
    ModelDisk disk;
    put_machine(disk, Delivery::Maildir);
    CHECK(told(disk) == Told{true, 0});
    put_yaml(disk, yaml);
    CHECK(told(disk) == Told{false, 1});
    put_rc(disk, yaml);
    CHECK(told(disk) == Told{true, 0});
    disk.remove(layout.recipes() + "/alice.yaml");
    CHECK(told(disk) == Told{false, 1});
}

TEST_CASE("an rc that was made for another delivery or name of the machine is told") {
    ModelDisk disk;
    put_machine(disk, Delivery::Maildir);
    put_yaml(disk, yaml);
    put_rc(disk, yaml, own_name, Delivery::Mbox);
    CHECK(told(disk) == Told{false, 1});
    put_rc(disk, yaml, "old.example");
    CHECK(told(disk) == Told{true, 0});  // no recipe of it forwards
    put_yaml(disk, other_yaml);
    put_rc(disk, other_yaml, "old.example");
    CHECK(told(disk) == Told{false, 1});
    CHECK(live_recipes(layout, disk, alice, "old.example", [] {}).as_said());
    CHECK(recipe_files(layout, disk, alice).state() == RcState::AsMade);
}

TEST_CASE("files that were read between two renames are read once more") {
    ModelDisk disk;
    put_machine(disk, Delivery::Maildir);
    put_rc(disk, yaml);
    put_yaml(disk, other_yaml);
    CHECK(told(disk, [&] { put_rc(disk, other_yaml); }) == Told{true, 1});
    put_rc(disk, other_yaml, own_name, Delivery::Mbox);
    put_yaml(disk, yaml);
    CHECK(told(disk, [&] { put_rc(disk, yaml, own_name, Delivery::Mbox); }) == Told{false, 1});
    CHECK(told(disk, [&] { put_machine(disk, Delivery::Mbox); }) == Told{true, 1});
}

TEST_CASE("what somebody wrote into /etc/procmailrc may lead mail elsewhere, and is told") {
    ModelDisk disk;
    put_yaml(disk, yaml);
    put_rc(disk, yaml, own_name, Delivery::Unset);
    const auto doubts = [&](const std::string& by_hand, Delivery machine) {
        disk.put(layout.procmailrc(), by_hand);
        ProcmailrcFile procmailrc = read_procmailrc(layout, disk);
        procmailrc.include();
        if (machine != Delivery::Unset) {
            procmailrc.deliver_to(machine);
        }
        disk.put(layout.procmailrc(), procmailrc.after.print());
        put_rc(disk, yaml, own_name, machine);
        std::string all;
        for (const std::string& doubt : recipe_doubts(live_recipes(layout, disk, alice, own_name, [] {}))) {
            all += doubt + '\n';
        }
        return all;
    };
    const std::string behind = " is set there by hand: what the recipes leave goes where that says\n";
    CHECK(doubts("VERBOSE=off\n", Delivery::Unset).empty());
    CHECK(doubts("VERBOSE=off\nDEFAULT=/srv/mail\n", Delivery::Unset) ==
          "/etc/procmailrc, line 2: DEFAULT" + behind);
    CHECK(doubts("ORGMAIL=/srv/mail\n", Delivery::Unset) == "/etc/procmailrc, line 1: ORGMAIL" + behind);
    CHECK(doubts("ORGMAIL=/srv/mail\n", Delivery::Mbox) == "/etc/procmailrc, line 1: ORGMAIL" + behind);
    CHECK(doubts("DEFAULT=/srv/mail\nORGMAIL=/srv/mail\n", Delivery::Maildir).empty());
}

TEST_CASE("where /etc/procmailrc cannot be read nothing else is said of it") {
    ModelDisk disk;
    put_yaml(disk, yaml);
    put_rc(disk, yaml, own_name, Delivery::Unset);
    disk.put(layout.procmailrc(), "# >>> mailstack: do not edit this part <<<\n");
    const LiveRecipes live = live_recipes(layout, disk, alice, own_name, [] {});
    REQUIRE(live.procmailrc.problem());
    REQUIRE(recipe_doubts(live).size() == 1);
    CHECK(recipe_doubts(live).front().starts_with(*live.procmailrc.problem()));
}

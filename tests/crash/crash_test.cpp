// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Every state that a power failure or a kill could leave, for every kind of change and for the undo itself,
// recovered from. Invariant: the text is the old one or the new one, byte for byte; the map says what the
// text says; nothing pends; what was acknowledged is the new one.
#include <doctest/doctest.h>

#include <random>

#include "crash_states.hpp"
#include "engine/import.hpp"
#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

struct Scenario {
    std::string name;
    std::string text;
    Change change;
    bool map_is_ours;  ///< after a first commit of ours; else the map is newaliases' and is rebuilt
};

std::string many_aliases(int count, const std::string& prefix) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += prefix + std::to_string(i) + ": alice\n";
    }
    return text;
}

const std::string three = "# local\nfirst: alice\nmiddle: bob,\n  carol\nlast: dave\n";

std::vector<Scenario> scenarios() {
    const ImportAliases thousand = parse_import(many_aliases(1000, "list"), OnConflict::Fail);
    return {
        {"add, append", three, add("sales", {"alice", "bob"}), true},
        {"add, append, foreign map", three, add("sales", {"alice", "bob"}), false},
        {"add to a file without a last newline", "first: alice", add("sales", {"bob"}), true},
        {"set, appends a new name", three, set("sales", {"bob"}), true},
        {"set, first line", three, set("first", {"bob", "carol"}), true},
        {"set, middle line", three, set("middle", {"alice"}), true},
        {"set, last line", three, set("last", {"alice"}), false},
        {"remove, first line", three, removal("first"), true},
        {"remove, middle line", three, removal("middle"), false},
        {"remove, last line", three, removal("last"), true},
        {"import of 1000", three, thousand, true},
        {"import of 1000, foreign map", three, thousand, false},
    };
}

struct Expected {
    Place place = alias_place;
    std::string old_text{}, new_text{};
    std::vector<Pairs> maps{};  ///< allowed, besides what the text says
    bool acknowledged = false;
};

void check_whole(ModelDisk& disk, const Expected& expected) {
    const std::string text = disk.read(expected.place.text).bytes;
    const bool is_new = text == expected.new_text;
    const bool old_or_new = is_new || text == expected.old_text;
    REQUIRE(old_or_new);
    if (expected.acknowledged) {
        REQUIRE(is_new);
    }
    if (!expected.place.map.empty()) {
        const Pairs map = pairs_in_map(disk, expected.place.map);
        const bool map_right = map == expected.place.pairs_of(text) ||
                               std::count(expected.maps.begin(), expected.maps.end(), map) > 0;
        REQUIRE(map_right);
    }
    REQUIRE(disk.names(layout.stage()).empty());
    Journal journal(layout, disk);
    REQUIRE_FALSE(journal.pending().has_value());
}

/// Recovers each crash state of `disk`'s log, and each crash state of those recoveries.
std::size_t crash_everywhere(const ModelDisk& disk, const Expected& expected, bool acknowledged_at_end) {
    return in_every_crash_state(disk, acknowledged_at_end, [&](ModelDisk& recovered, bool acknowledged) {
        Expected now = expected;
        now.acknowledged = acknowledged;
        check_whole(recovered, now);
    });
}

}  // namespace

TEST_CASE("every crash state of every kind of change, and of its recovery, is old or new") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.name);
        auto disk = disk_with(scenario.text);
        if (scenario.map_is_ours) {
            Engine engine(*disk);
            REQUIRE(failure(engine.run({add("zero", {"alice"})}).answers[0]).empty());
            disk->settle();
        }
        Expected expected{.old_text = disk->read(text_path).bytes};
        Engine engine(*disk);
        disk->settle();
        REQUIRE(failure(engine.run({scenario.change}).answers[0]).empty());
        expected.new_text = disk->read(text_path).bytes;
        REQUIRE(expected.new_text != expected.old_text);
        const std::size_t states = crash_everywhere(*disk, expected, true);
        MESSAGE(scenario.name << ": " << disk->operations() << " operations, " << states << " crash states");
        CHECK(states > 50);
    }
}

namespace {

struct TableScenario {
    std::string name;
    Place place;
    Change change;
};

const std::string access_text = "# local\nConnect:192.0.2.1\tREJECT\nspam.example 550 no\nlast.example OK\n";

std::vector<TableScenario> table_scenarios() {
    return {
        {"entry, append", access_place, set_entry("Connect:127.0.0.1", "RELAY")},
        {"entry, first line", access_place, set_entry("Connect:192.0.2.1", "DISCARD")},
        {"entry, middle line", access_place, set_entry("spam.example", "REJECT")},
        {"entry removed, first line", access_place, remove_entry("Connect:192.0.2.1")},
        {"entry removed, last line", access_place, remove_entry("last.example")},
        {"domain, append", domain_place, add_domain("example.org")},
        {"domain removed", domain_place, remove_domain("example.net")},
    };
}

}  // namespace

TEST_CASE("every crash state of a change of a table or of the domains is old or new") {
    for (const TableScenario& scenario : table_scenarios()) {
        for (const bool map_is_ours : {false, true}) {
            INFO("scenario: ", scenario.name);
            auto disk = disk_with_tables(access_text, "localhost\nexample.net # the old one\n");
            if (map_is_ours) {
                REQUIRE(failure(Engine(*disk).run({set_entry("zero.example", "OK")}).answers[0]).empty());
            }
            Engine engine(*disk);
            disk->settle();
            Expected expected{.place = scenario.place, .old_text = disk->read(scenario.place.text).bytes};
            REQUIRE(failure(engine.run({scenario.change}).answers[0]).empty());
            expected.new_text = disk->read(scenario.place.text).bytes;
            REQUIRE(expected.new_text != expected.old_text);
            const std::size_t states = crash_everywhere(*disk, expected, true);
            CHECK(states > 20);
        }
    }
}

TEST_CASE(
    "a failing disk at every operation of a change of a table or of the domains: all of it is as before") {
    for (const TableScenario& scenario : table_scenarios()) {
        for (std::size_t n = 0;; ++n) {
            INFO("scenario: ", scenario.name);
            CAPTURE(n);
            auto disk = disk_with_tables(access_text, "localhost\nexample.net # the old one\n");
            Engine engine(*disk);
            const std::string before = disk->read(scenario.place.text).bytes;
            const auto result = run_failing_at(*disk, engine, scenario.change, n);
            if (!result) {
                break;
            }
            const std::string text = disk->read(scenario.place.text).bytes;
            if (!failure(result->answers[0]).empty()) {
                CHECK(failure(result->answers[0]).find("injected") != std::string::npos);
                CHECK(text == before);
                CHECK(engine.now.state == EngineState::Running);
                CHECK(disk->names(layout.stage()).empty());
            }
            if (!scenario.place.map.empty()) {
                CHECK(pairs_in_map(*disk, scenario.place.map) == scenario.place.pairs_of(text));
            }
        }
    }
}

namespace {

/// A map of ours, and a text with a line that nobody has published.
struct EditedByHand {
    std::unique_ptr<ModelDisk> disk;
    Pairs map;
    std::string text;
};

EditedByHand edited_by_hand() {
    EditedByHand edited{.disk = disk_with(three), .map = {}, .text = {}};
    Engine(*edited.disk).run({add("zero", {"alice"})});
    edited.map = pairs_in_map(*edited.disk);
    edited.text = edited.disk->read(text_path).bytes + "by-hand: carol\n";
    edited.disk->put(text_path, edited.text);
    return edited;
}

}  // namespace

TEST_CASE("every crash state of a Reload publishes a hand edit or does not") {
    const auto [disk, old_map, edited] = edited_by_hand();
    Engine engine(*disk);
    REQUIRE(drifted_paths(engine.now.configuration) == std::vector{text_path});
    disk->settle();
    REQUIRE(failure(engine.run({Reload{}}).answers[0]).empty());
    CHECK(engine.mta.calls == std::vector<std::string>{"reload", "prove"});
    CHECK(pairs_in_map(*disk) == pairs_of(edited));
    crash_everywhere(*disk, {.old_text = edited, .new_text = edited, .maps = {old_map}}, false);
}

TEST_CASE(
    "a change beside an unpublished hand edit: in every crash state the edit survives and is not published "
    "by half") {
    const auto [disk, old_map, edited] = edited_by_hand();
    Engine engine(*disk);
    disk->settle();
    REQUIRE(failure(engine.run({add("sales", {"alice"})}).answers[0]).empty());
    Pairs new_map = old_map;
    new_map.emplace("sales", "alice");
    CHECK(pairs_in_map(*disk) == new_map);
    crash_everywhere(
        *disk, {.old_text = edited, .new_text = disk->read(text_path).bytes, .maps = {old_map, new_map}},
        true);
}

TEST_CASE("a failing disk at every operation: a clear error, the old state whole, nothing left behind") {
    for (const Code code : {Code::NoSpace, Code::IoFailed, Code::ReadOnly}) {
        for (const bool for_good : {false, true}) {
            for (const Scenario& scenario : scenarios()) {
                auto reference = disk_with(scenario.text);
                Engine(*reference).run({scenario.change});
                const std::size_t operations = reference->operations();
                for (std::size_t n = 0; n < operations; ++n) {
                    INFO("scenario: ", scenario.name);
                    CAPTURE(n);
                    auto disk = disk_with(scenario.text);
                    Engine engine(*disk);
                    const std::size_t start = disk->operations();
                    std::size_t calls = 0;
                    disk->before_operation = [&](std::size_t /*operation*/, const std::string& what) {
                        const std::size_t call = calls++;
                        if (call == n || (for_good && call > n)) {
                            throw Error(code, "cannot " + what + ": injected");
                        }
                    };
                    const BatchResult result = engine.run({scenario.change});
                    disk->before_operation = nullptr;
                    CAPTURE(start);
                    const std::string said = failure(result.answers[0]);
                    if (said.empty()) {
                        // Only tidying behind the commit may fail without a word: the change is whole.
                        CHECK(pairs_in_map(*disk) == pairs_of(disk->read(text_path).bytes));
                        CHECK(disk->read(text_path).bytes != scenario.text);
                        continue;
                    }
                    CHECK(said.find("injected") != std::string::npos);
                    // One fault that passes is always undone.
                    REQUIRE((for_good || engine.now.state == EngineState::Running));
                    if (engine.now.state == EngineState::Running) {
                        CHECK(disk->read(text_path).bytes == scenario.text);
                        CHECK(pairs_in_map(*disk) == pairs_of(scenario.text));
                        if (!for_good) {
                            CHECK(disk->names(layout.stage()).empty());
                            CHECK(failure(engine.run({scenario.change}).answers[0]) == "");
                        }
                    } else {
                        CHECK(std::get<Error>(result.answers[0]).code() == Code::Degraded);
                        CHECK(std::get<Error>(engine.run({scenario.change}).answers[0]).code() ==
                              Code::Degraded);
                        Engine restarted(*disk);
                        const std::string text = disk->read(text_path).bytes;
                        CHECK(pairs_in_map(*disk) == pairs_of(text));
                        if (text == scenario.text) {
                            CHECK(failure(restarted.run({scenario.change}).answers[0]) == "");
                        }
                    }
                }
            }
        }
    }
}

namespace {

/// Whether the file says what the change asked for.
bool says(const AliasFile& file, const Change& change) {
    const auto holds = [&](const AliasName& name, const std::vector<Recipient>& wanted) {
        const auto entry = file.find(name.key());
        return entry &&
               std::equal(wanted.begin(), wanted.end(), entry->recipients.begin(), entry->recipients.end(),
                          [](const Recipient& a, const std::string& b) { return a.text() == b; });
    };
    if (const auto* added = std::get_if<AddAlias>(&change)) {
        return holds(added->name, added->recipients);
    }
    if (const auto* replaced = std::get_if<SetAlias>(&change)) {
        return holds(replaced->name, replaced->recipients);
    }
    if (const auto* removed = std::get_if<RemoveAlias>(&change)) {
        return !file.contains(removed->name.key());
    }
    const auto& aliases = *std::get<ImportAliases>(change).aliases;
    return std::all_of(aliases.begin(), aliases.end(),
                       [&](const ImportedAlias& alias) { return holds(alias.name, alias.recipients); });
}

/// Saves the text with a line more, by rename, as the `n`th operation begins.
struct Editor {
    Editor(ModelDisk& its_disk, std::size_t its_moment) : disk(its_disk), moment(its_moment) {
        disk.before_operation = [this](std::size_t /*operation*/, const std::string& /*what*/) {
            if (calls++ == moment) {
                save();
            }
        };
    }
    void save() {
        saved = true;
        const auto hook = std::exchange(disk.before_operation, nullptr);
        const std::string mine = "editor: bob\n" + disk.read(text_path).bytes;
        disk.create("/etc/aliases.new", mine, {.like = {}, .mode = {}});
        disk.exchange("/etc/aliases.new", text_path);
        disk.remove("/etc/aliases.new");
        disk.before_operation = hook;
    }
    ModelDisk& disk;
    std::size_t moment;
    std::size_t calls = 0;
    bool saved = false;
};

}  // namespace

TEST_CASE(
    "an editor that saves by rename at any moment of a change: neither its line nor ours is lost, and its is "
    "not published") {
    for (const Scenario& scenario : scenarios()) {
        for (std::size_t n = 0; n < 40; ++n) {
            INFO("scenario: ", scenario.name);
            CAPTURE(n);
            auto disk = disk_with(scenario.text);
            Engine engine(*disk);
            if (scenario.map_is_ours) {
                REQUIRE(failure(engine.run({add("zero", {"alice"})}).answers[0]).empty());
            }
            Editor editor(*disk, n);
            const BatchResult result = engine.run({scenario.change});
            disk->before_operation = nullptr;
            CHECK(failure(result.answers[0]) == "");
            const AliasFile file = AliasFile::parse(disk->read(text_path).bytes);
            CHECK(file.contains("editor") == editor.saved);
            CHECK(says(file, scenario.change));
            if (scenario.map_is_ours) {
                CHECK_FALSE(pairs_in_map(*disk).contains("editor"));
            }
            Engine again(*disk);
            CHECK(
                (!editor.saved || !scenario.map_is_ours || !drifted_paths(again.now.configuration).empty()));
            CHECK(failure(again.run({Reload{}}).answers[0]) == "");
            CHECK(pairs_in_map(*disk) == pairs_of(disk->read(text_path).bytes));
            CHECK(file.problems().empty());
        }
    }
}

TEST_CASE("a save of the same length within one tick of the clock is seen before the text is replaced") {
    for (const Change& change : {set("middle", {"alice"}), removal("first")}) {
        auto disk = disk_with(three);
        Engine engine(*disk);
        REQUIRE(failure(engine.run({add("zero", {"alice"})}).answers[0]).empty());
        disk->rewrite_unseen(text_path, 2, "LOCAL");
        CHECK(failure(engine.run({change}).answers[0]) == "");
        const std::string text = disk->read(text_path).bytes;
        CHECK(text.starts_with("# LOCAL\n"));
        CHECK(says(AliasFile::parse(text), change));
        CHECK(disk->names(layout.stage()).empty());
    }
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/batch.hpp"

#include <doctest/doctest.h>

#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

Request request(Change change, Actions granted = Actions{}.set()) {
    return {.change = std::move(change), .granted = granted, .uid = 1000, .done = {}};
}

std::size_t count_of(const ModelDisk& disk, const std::vector<std::string>& done, const std::string& what) {
    (void)disk;
    return static_cast<std::size_t>(
        std::count_if(done.begin(), done.end(), [&](const auto& one) { return one.starts_with(what); }));
}

}  // namespace

TEST_CASE("a batch is one transaction; the invalid fail alone") {
    auto disk = disk_with("a: alice\n");
    Engine engine(*disk);
    const BatchResult result =
        engine.run({add("b", {"bob"}), add("a", {"bob"}), add("c", {"b"}), removal("nobody-here")});
    CHECK(failure(result.answers[0]).empty());
    CHECK(std::get<Error>(result.answers[1]).code() == Code::AlreadyExists);
    CHECK(failure(result.answers[2]).empty());
    CHECK(std::get<Error>(result.answers[3]).code() == Code::NoSuchAlias);
    CHECK(std::get<Outcome>(result.answers[0]).generation == 1);
    CHECK(std::get<Outcome>(result.answers[2]).generation == 1);
    CHECK(engine.now.generation == 1);
    CHECK(engine.now.live_generation == 1);
    CHECK(result.summaries == std::vector<std::string>{"AddAlias b", "AddAlias c"});
    CHECK(pairs_in_map(*disk) == pairs_of("a: alice\nb: bob\nc: b\n"));
}

TEST_CASE("one alias in a map of ours: four syncs, no stage, no other file") {
    auto disk = disk_with("a: alice\n");
    Engine engine(*disk);
    engine.run({add("b", {"bob"})});
    std::vector<std::string> done;
    disk->before_operation = [&](std::size_t, const std::string& what) { done.push_back(what); };
    engine.run({add("c", {"carol"})});
    CHECK(count_of(*disk, done, "sync") == 4);
    CHECK(done == std::vector<std::string>{"append /etc/mailstack/record", "sync /etc/mailstack/record",
                                           "append /etc/aliases", "sync /etc/aliases", "edit /etc/aliases.db",
                                           "sync /etc/aliases.db", "append /etc/mailstack/record",
                                           "sync /etc/mailstack/record"});
    CHECK(engine.mta.calls.empty());
}

TEST_CASE("what is required is computed again by the writer: a grant for less is refused") {
    auto disk = disk_with("crew: \"|/bin/id\"\n");
    Engine engine(*disk);
    const BatchResult result = engine.run_requests({request(removal("crew"), just(Action::ManageAliases)),
                                                    request(add("x", {"y"}), just(Action::ManageAliases))});
    CHECK(failure(result.answers[0]) ==
          "this change requires org.mailstack1.manage-program-aliases, which was not granted; nothing was "
          "changed");
    CHECK(std::get<Error>(result.answers[0]).code() == Code::AccessDenied);
    CHECK(failure(result.answers[1]).empty());
}

TEST_CASE("a hand edit survives, is told as drift, and only Reload publishes it") {
    auto disk = disk_with("a: alice\n");
    Engine engine(*disk);
    engine.run({add("b", {"bob"})});
    disk->put(text_path, disk->read(text_path).bytes + "hand: carol\n");
    CHECK(failure(engine.run({add("c", {"carol"})}).answers[0]).empty());
    CHECK(drifted_paths(engine.now.configuration) == std::vector{text_path});
    CHECK_FALSE(pairs_in_map(*disk).contains("hand"));
    CHECK(pairs_in_map(*disk).contains("c"));
    {
        Engine restarted(*disk);
        CHECK(drifted_paths(restarted.now.configuration) == std::vector{text_path});
        CHECK_FALSE(pairs_in_map(*disk).contains("hand"));
    }
    CHECK(failure(engine.run({Reload{}}).answers[0]).empty());
    CHECK(drifted_paths(engine.now.configuration).empty());
    CHECK(pairs_in_map(*disk) == pairs_of(disk->read(text_path).bytes));
}

TEST_CASE("adding just what a hand edit already says makes it live") {
    auto disk = disk_with("a: alice\n");
    Engine engine(*disk);
    engine.run({add("b", {"bob"})});
    disk->put(text_path, disk->read(text_path).bytes + "hand: carol\nother: dave\n");
    CHECK(failure(engine.run({add("hand", {"carol"})}).answers[0]).empty());
    CHECK(pairs_in_map(*disk).contains("hand"));
    CHECK_FALSE(pairs_in_map(*disk).contains("other"));
}

TEST_CASE("newaliases run by hand after a hand edit: nothing has drifted") {
    auto disk = disk_with("a: alice\n");
    Engine engine(*disk);
    engine.run({add("b", {"bob"})});
    const std::string text = disk->read(text_path).bytes + "hand: carol\n";
    disk->put(text_path, text);
    disk->put(map_path, map_of(text));
    CHECK(failure(engine.run({add("c", {"carol"})}).answers[0]).empty());
    CHECK(drifted_paths(engine.now.configuration).empty());
    CHECK(pairs_in_map(*disk) == pairs_of(disk->read(text_path).bytes));
}

TEST_CASE(
    "a failed proof rolls back: the old map, the MTA made to take it up again, the reason in the answer") {
    auto disk = disk_with("a: alice\n");
    Engine engine(*disk);
    engine.run({add("b", {"bob"})});
    const Pairs before = pairs_in_map(*disk);
    disk->put(text_path, disk->read(text_path).bytes + "hand: carol\n");
    engine.mta.fails_at = "prove";
    const BatchResult result = engine.run({Reload{}});
    CHECK(std::get<Error>(result.answers[0]).code() == Code::MtaFailed);
    CHECK(failure(result.answers[0]) == "the MTA did not prove; the old configuration is back");
    CHECK(result.rolled_back == failure(result.answers[0]));
    CHECK(pairs_in_map(*disk) == before);
    CHECK(engine.now.state == EngineState::Running);
    CHECK(drifted_paths(engine.now.configuration) == std::vector{text_path});
    CHECK(engine.mta.calls == std::vector<std::string>{"reload", "prove", "reload", "prove"});
    CHECK(failure(engine.run({Reload{}}).answers[0]).empty());
}

TEST_CASE("no MTA: the change is written and not live") {
    auto disk = disk_with("a: alice\n");
    Engine engine(*disk);
    engine.mta.present = MtaState::Absent;
    const BatchResult result = engine.run({add("b", {"bob"})});
    CHECK_FALSE(std::get<Outcome>(result.answers[0]).live);
    CHECK(engine.now.generation == 1);
    CHECK(engine.now.live_generation == 0);
    CHECK(pairs_in_map(*disk).contains("b"));
}

TEST_CASE("without sendmail.cf the text alone is kept, and is made where there is none") {
    ModelDisk disk;
    disk.put("/etc/hostname", "x");
    disk.make_directory(layout.home());
    Engine engine(disk);
    engine.mta.present = MtaState::Absent;
    CHECK(failure(engine.run({add("b", {"bob"})}).answers[0]).empty());
    CHECK(disk.read(text_path).bytes == "b: bob\n");
    CHECK_FALSE(disk.has(map_path));
}

TEST_CASE("the history keeps one entry for each caller, and a restart goes on counting") {
    auto disk = disk_with("a: alice\n");
    {
        Engine engine(*disk);
        engine.run({add("b", {"bob"}), add("c", {"carol"})});
        engine.run({removal("b")});
        engine.journal.archive();
        CHECK(disk->has(layout.record()));  // it is small yet
        engine.journal.archive(1);
    }
    CHECK_FALSE(disk->has(layout.record()));
    CHECK(disk->names(layout.history()) == std::vector<std::string>{"00000000000000000002"});
    const std::string history = disk->read(layout.history() + "/00000000000000000002").bytes;
    CHECK(history.find("caller 1000 AddAlias%20b\ncaller 1000 AddAlias%20c\n") != std::string::npos);
    Engine engine(*disk);
    CHECK(engine.now.generation == 2);
    CHECK(drifted_paths(engine.now.configuration).empty());
    engine.run({add("d", {"dave"})});
    CHECK(engine.now.generation == 3);
}

TEST_CASE("a record survives its own text, whatever the bytes") {
    Record record{.generation = 7,
                  .time = 1,
                  .activation = Activation::Reload,
                  .callers = {{.uid = 5, .summary = "AddAlias a b"}},
                  .texts = {},
                  .maps = {}};
    TextRecord text;
    text.path = "/etc/a b%";
    text.removed = std::string("\0\n\xff %", 5);
    record.texts.push_back(text);
    MapRecord map;
    map.path = "/m";
    map.old_keys = {{.key = "", .value = "x\n"}, {.key = "k", .value = std::nullopt}};
    record.maps.push_back(map);
    const Record again = parse_record(to_text(record));
    CHECK(to_text(again) == to_text(record));
    CHECK(again.texts[0].removed == text.removed);
    CHECK(again.maps[0].old_keys[0].value == "x\n");
    CHECK_FALSE(again.maps[0].old_keys[1].value.has_value());
    CHECK_THROWS_AS(parse_record("nonsense 1\n"), Error);
}

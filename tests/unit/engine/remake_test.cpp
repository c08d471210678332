// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// sendmail.cf made of sendmail.mc within the transaction, and the hand edits of either.
#include <doctest/doctest.h>

#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

using Calls = std::vector<std::string>;

const std::string mc = "dnl mine\nFEATURE(`access_db')dnl\nFEATURE(`use_cw_file')dnl\n";
const std::string edited_mc = mc + "FEATURE(`virtusertable')dnl\n";

std::string said(Engine& engine, Change change) {
    return failure(engine.run({std::move(change)}).answers[0]);
}

std::string bytes(ModelDisk& disk, const std::string& path) {
    return disk.read(path).bytes;
}

/// After a first Reload of ours: the journal knows all files.
std::unique_ptr<ModelDisk> known_disk() {
    auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    REQUIRE(said(engine, add_domain("example.test")).empty());
    disk->settle();
    return disk;
}

}  // namespace

TEST_CASE("a hand edit of sendmail.mc is told, and Reload makes it live: built, examined, reloaded, proved") {
    const auto disk = known_disk();
    disk->put(mc_path, edited_mc);
    Engine engine(*disk);
    CHECK(drifted_paths(engine.now.configuration) == std::vector{mc_path});
    CHECK(said(engine, Reload{}).empty());
    CHECK(bytes(*disk, mc_path) == edited_mc);
    CHECK(bytes(*disk, cf_path) == cf_of(edited_mc, mc_path));
    CHECK(engine.examined.find("Kvirtuser hash") != std::string::npos);
    CHECK(engine.mta.calls == Calls{"reload", "prove"});
    CHECK(drifted_paths(engine.now.configuration).empty());
    CHECK(engine.now.configuration.tables[1].unused.empty());
    const std::uint64_t generation = engine.now.generation;
    CHECK(said(engine, Reload{}).empty());
    CHECK(engine.now.generation == generation);
    CHECK(drifted_paths(Engine(*disk).now.configuration).empty());
}

TEST_CASE("what m4 or sendmail rejects changes nothing, and sendmail is not disturbed") {
    const auto disk = known_disk();
    const std::string cf = bytes(*disk, cf_path);
    SUBCASE("m4") {
        disk->put(mc_path, mc + "FEATURE(`bad')dnl\n");
        Engine engine(*disk);
        CHECK(said(engine, Reload{}).find("sendmail.mc:1: there is no such feature") != std::string::npos);
        CHECK(engine.mta.calls.empty());
    }
    SUBCASE("sendmail") {
        disk->put(mc_path, edited_mc);
        Engine engine(*disk);
        engine.examination_fails = "line 7: unknown option";
        CHECK(said(engine, Reload{}) == "line 7: unknown option");
        CHECK(engine.mta.calls.empty());
        CHECK(drifted_paths(engine.now.configuration) == std::vector{mc_path});
    }
    CHECK(bytes(*disk, cf_path) == cf);
    CHECK(disk->names(layout.stage()).empty());
    CHECK_FALSE(Journal(layout, *disk).pending().has_value());
}

TEST_CASE(
    "a proof that fails puts the old sendmail.cf back and live; the hand edit of the .mc stays and is told") {
    const auto disk = known_disk();
    const std::string cf = bytes(*disk, cf_path);
    disk->put(mc_path, edited_mc);
    Engine engine(*disk);
    engine.mta.fails_at = "prove";
    CHECK(said(engine, Reload{}).find("the MTA did not prove; the old configuration is back") == 0);
    CHECK(engine.mta.calls == Calls{"reload", "prove", "reload", "prove"});
    CHECK(bytes(*disk, cf_path) == cf);
    CHECK(bytes(*disk, mc_path) == edited_mc);
    CHECK(drifted_paths(engine.now.configuration) == std::vector{mc_path});
}

TEST_CASE(
    "a hand edit of sendmail.cf is told, made live as it is, and not taken away without being asked for") {
    const auto disk = known_disk();
    const std::string edited_cf = bytes(*disk, cf_path) + "O Mine=1\n";
    disk->put(cf_path, edited_cf);
    Engine engine(*disk);
    CHECK(drifted_paths(engine.now.configuration) == std::vector{cf_path});
    CHECK(said(engine, add("sales", {"alice"})).empty());
    CHECK(drifted_paths(engine.now.configuration) == std::vector{cf_path});
    CHECK(said(engine, Reload{}).empty());
    CHECK(drifted_paths(engine.now.configuration).empty());
    CHECK(bytes(*disk, cf_path) == edited_cf);

    disk->put(mc_path, edited_mc);
    const Result refused = engine.run({Reload{}}).answers[0];
    REQUIRE(std::holds_alternative<Error>(refused));
    CHECK(std::get<Error>(refused).code() == Code::HandEdited);
    CHECK(bytes(*disk, cf_path) == edited_cf);

    CHECK(said(engine, RebuildCf{}).empty());
    CHECK(bytes(*disk, cf_path) == cf_of(edited_mc, mc_path));
    const auto kept = disk->names(layout.kept());
    REQUIRE(kept.size() == 1);
    CHECK(bytes(*disk, layout.kept() + '/' + kept[0]) == edited_cf);
    CHECK(drifted_paths(engine.now.configuration).empty());
    disk->put(mc_path, mc);
    CHECK(said(engine, Reload{}).empty());
    CHECK(bytes(*disk, cf_path) == cf_of(mc, mc_path));
}

TEST_CASE("a sendmail.cf that says the same in other comments stays, byte for byte") {
    const auto disk = disk_with_mc(mc);
    const std::string commented = "# built by root@elsewhere\n\n" + cf_of(mc, mc_path) + "# the .mc\n";
    disk->put(cf_path, commented);
    Engine engine(*disk);
    CHECK(said(engine, Reload{}).empty());
    CHECK(bytes(*disk, cf_path) == commented);
    disk->put(mc_path, edited_mc);
    CHECK(said(engine, Reload{}).empty());
    CHECK(bytes(*disk, cf_path) == cf_of(edited_mc, mc_path));
}

TEST_CASE("what is examined names the staged files, not the live ones") {
    const auto disk = disk_with_mc(mc);
    Engine engine(*disk);
    disk->put("/etc/mail/access", "spam.example\tREJECT\nother.example\tOK\n");
    CHECK(said(engine, Reload{}).empty());
    CHECK(engine.examined.find("Kaccess hash -T<TMPF> /etc/mailstack/stage/1/check-map-1\n") !=
          std::string::npos);
    CHECK(engine.examined.find("Fw/etc/mail/local-host-names %") != std::string::npos);
    CHECK(said(engine, add_domain("example.test")).empty());
    CHECK(engine.examined.find("Fw/etc/mailstack/stage/2/check-domains %") != std::string::npos);
    CHECK(disk->names(layout.stage()).empty());
}

TEST_CASE("without a sendmail.mc the .cf is the truth, and there is nothing to rebuild it of") {
    const auto disk = disk_with_tables("spam.example\tREJECT\n", "localhost\n");
    Engine engine(*disk);
    CHECK(said(engine, Reload{}).empty());
    CHECK(said(engine, RebuildCf{}).find("there is no /etc/mail/sendmail.mc") == 0);
}

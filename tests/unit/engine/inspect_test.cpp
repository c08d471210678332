// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Facts of real files and names.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/inspect.hpp"
#include "formats/map.hpp"
#include "temporary_directory.hpp"

using namespace mailstack;
using test::Directory;

namespace {

InspectionDeadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

}  // namespace

TEST_CASE("a map is compared with its text: keys that are missing, more, or hold something else") {
    const Directory directory;
    const auto inspected = [&](const std::string& text, const std::string& map_text) {
        AliasSource source;
        source.text_path = directory.write("aliases", text);
        source.file = AliasFile::parse(text);
        const AliasFile made = AliasFile::parse(map_text);
        source.map_path = directory.write(
            "aliases.db", build_alias_map([&](const MapVisitor& visit) { made.each(visit); }));
        source.map_identity = {.device = 1, .inode = 1, .size = 1, .mtime = 1};
        Inspection inspection;
        inspection.snapshot.configuration.aliases = {source};
        inspect_maps(inspection, soon());
        REQUIRE(inspection.maps.size() == 1);
        return inspection.maps[0];
    };
    CHECK(inspected("a: b\nc: d\n", "a: b\nc: d\n").keys.empty());
    CHECK(inspected("a: b\nc: d\n", "a: b\nc: d\n").compared);
    CHECK(inspected("a: b\nc: d\n", "a: b\n").keys == std::vector<std::string>{"c"});
    CHECK(inspected("a: b\n", "a: b\nc: d\n").keys == std::vector<std::string>{"c"});
    CHECK(inspected("a: b\n", "a: x\n").keys == std::vector<std::string>{"a"});
}

TEST_CASE("a map that is none, or is not read in time, is no silence") {
    const Directory directory;
    TableSource source;
    source.text_path = directory.write("access", "a OK\n");
    source.map_path = directory.write("access.db", "no map at all");
    source.map_identity = {.device = 1, .inode = 1, .size = 1, .mtime = 1};
    Inspection inspection;
    inspection.snapshot.configuration.tables = {source};
    inspect_maps(inspection, soon());
    inspect_maps(inspection, std::chrono::steady_clock::now() - std::chrono::seconds(1));
    REQUIRE(inspection.maps.size() == 2);
    CHECK_FALSE(inspection.maps[0].failure.empty());
    CHECK_FALSE(inspection.maps[1].compared);
    CHECK(inspection.maps[1].failure.empty());
}

TEST_CASE("names are looked up within a time limit") {
    const auto facts = resolve_names({"localhost", "mailstack-none.invalid"}, soon());
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].state == NameFacts::State::Resolves);
    CHECK(facts[1].state != NameFacts::State::Resolves);
    // With no time left nobody is waited for.
    const auto begin = std::chrono::steady_clock::now();
    CHECK(resolve_names({"localhost", "mailstack-none.invalid"}, begin).size() == 2);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
}

TEST_CASE("a port that does not greet has its reason; without time it is not asked") {
    const std::string cf =
        "O DaemonPortOptions=Name=A, Addr=127.0.0.1, Port=1\nO DaemonPortOptions=Family=unix, Name=B\n";
    const auto facts = probe_ports(cf, std::chrono::steady_clock::now() + std::chrono::seconds(5));
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].asked);
    CHECK_FALSE(facts[0].peer);
    CHECK_FALSE(facts[0].failure.empty());
    CHECK_FALSE(facts[1].asked);
    CHECK_FALSE(probe_ports(cf, std::chrono::steady_clock::now())[0].asked);
}

TEST_CASE("owner, mode and kind of files, and of their directories") {
    const Directory directory;
    const auto path = directory.write("text", "x");
    ::chmod(path.c_str(), 0640);
    Inspection inspection;
    inspection.cf_path = path;
    inspection.mc_path = directory.path + "/none";
    inspect_files(inspection);
    CHECK(inspection.file(path).exists);
    CHECK(inspection.file(path).mode == 0640);
    CHECK(inspection.file(path).owner == ::geteuid());
    CHECK(inspection.file(directory.path).directory);
    CHECK_FALSE(inspection.file(inspection.mc_path).exists);
    CHECK_FALSE(inspection.file("/never/looked/at").exists);
}

TEST_CASE("without sendmail, or with none that could be asked, that is a fact") {
    Inspection inspection;
    inspection.cf_path = "/nonexistent/sendmail.cf";
    CHECK(ask_sendmail(inspection, "/nonexistent/sendmail", soon()).failure.find("cannot be run") !=
          std::string::npos);
    const SendmailFacts odd = ask_sendmail(inspection, "/bin/true", soon());
    CHECK_FALSE((odd.rejects + odd.failure).empty());
}

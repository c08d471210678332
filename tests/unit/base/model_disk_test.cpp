// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/model_disk.hpp"

#include <doctest/doctest.h>

#include <set>

#include "base/error.hpp"

using namespace mailstack;

TEST_CASE("what was not synced may be lost, in any combination; what was synced may not") {
    ModelDisk disk;
    disk.put("/f", "old\n");
    disk.append("/f", "12", std::nullopt);
    CHECK(disk.pending(disk.operations()) == 3);  // two halves and the time
    CHECK(disk.crashed(1, {false, false, false})->read("/f").bytes == "old\n");
    CHECK(disk.crashed(1, {true, false, false})->read("/f").bytes == "old\n1");
    CHECK(disk.crashed(1, {false, true, false})->read("/f").bytes == std::string("old\n\0"
                                                                                 "2",
                                                                                 6));
    disk.sync("/f");
    CHECK(disk.pending(disk.operations()) == 0);
    CHECK(disk.crashed(2, {})->read("/f").bytes == "old\n12");
}

TEST_CASE(
    "crashes that leave the same have one fingerprint; a name, an octet, a time or a reader is another") {
    ModelDisk disk;
    disk.put("/f", "old\n");
    disk.create("/g", "x", {.like = {}, .mode = 0600, .reader = 1000});
    disk.sync("/g");
    const auto all = disk.crashed(2, {true})->fingerprint();
    CHECK(disk.crashed(2, {true})->fingerprint() == all);
    CHECK(disk.crashed(2, {false})->fingerprint() != all);
    CHECK(disk.crashed(2, {false})->fingerprint() == disk.crashed(0, {})->fingerprint());
    std::set<std::size_t> different;
    const auto pending = disk.pending(1);
    for (std::size_t lost = 0; lost < pending; ++lost) {  // the name, the page, the time, the reader
        std::vector<bool> survives(pending, true);
        survives[lost] = false;
        different.insert(disk.crashed(1, survives)->fingerprint());
    }
    CHECK(different.size() == pending);
}

TEST_CASE("a new name needs its directory synced, an exchange is one effect") {
    ModelDisk disk;
    disk.put("/d/live", "old");
    disk.create("/s/staged", "new", {});
    disk.sync("/s/staged");
    CHECK_FALSE(disk.crashed(2, {false})->has("/s/staged"));
    disk.sync_directory("/s");
    disk.exchange("/s/staged", "/d/live");
    const auto lost = disk.crashed(disk.operations(), {false});
    CHECK(lost->read("/d/live").bytes == "old");
    CHECK(lost->read("/s/staged").bytes == "new");
    const auto kept = disk.crashed(disk.operations(), {true});
    CHECK(kept->read("/d/live").bytes == "new");
    CHECK(kept->read("/s/staged").bytes == "old");
    disk.sync_directory("/d");
    CHECK(disk.pending(disk.operations()) == 0);
}

TEST_CASE("pages are lost one by one, and an injected failure changes nothing") {
    ModelDisk disk;
    disk.put("/map", std::string(8192, 'a'));
    disk.overwrite("/map", std::string(8192, 'b'), 0);
    CHECK(disk.pending(1) == 3);
    const std::string torn = disk.crashed(1, {false, true, false})->read("/map").bytes;
    CHECK(torn.front() == 'a');
    CHECK(torn.back() == 'b');
    disk.before_operation = [](std::size_t, const std::string&) { throw Error(Code::NoSpace, "full"); };
    CHECK_THROWS_AS(disk.append("/map", "x", std::nullopt), Error);
    CHECK(disk.read("/map").bytes.size() == 8192);
}

TEST_CASE("who may read a file is lost with it, or kept") {
    ModelDisk disk;
    disk.create("/d/rc", "", {.like = {}, .mode = 0600, .reader = 1000});
    CHECK(disk.reader("/d/rc") == uid_t{1000});
    disk.create("/d/other", "", {});
    CHECK_FALSE(disk.reader("/d/other"));
    disk.sync_directory("/d");
    CHECK_FALSE(disk.crashed(3, {false, false, false})->reader("/d/rc"));
    disk.sync("/d/rc");
    CHECK(disk.crashed(4, {false})->reader("/d/rc") == uid_t{1000});
}

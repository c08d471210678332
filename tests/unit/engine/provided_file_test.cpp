// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Whole files that a change brings along: who may read them, and over what they are written.
#include <doctest/doctest.h>

#include <optional>

#include "base/digest.hpp"
#include "engine/activation.hpp"
#include "engine/transaction.hpp"
#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

const std::string rc = "/etc/mailstack/procmail/alice.rc";

std::unique_ptr<ModelDisk> prepared_disk() {
    auto disk = disk_with("postmaster: root\n");
    disk->put("/etc/procmailrc", "VERBOSE=off\n");
    disk->settle();
    return disk;
}

/// Carries the files out as one transaction; the error that it ended with, if any.
std::optional<Error> carried_out(ModelDisk& disk, const ProvidedFiles& files) {
    Engine engine(disk);
    const Workshop workshop{.layout = layout,
                            .disk = disk,
                            .mta = engine.mta,
                            .programs = engine.programs,
                            .journal = engine.journal,
                            .beat = [] {},
                            .progress = [](std::uint64_t, std::uint64_t) {}};
    Plan plan;
    plan.files = files;
    Configuration after = engine.now.configuration;
    FileLocks locks;
    try {
        carry_out(workshop, plan, {}, {}, after, locks);
    } catch (const RolledBack& undone) {
        CHECK(undone.files_whole);
        return undone.cause;
    }
    return std::nullopt;
}

std::shared_ptr<const ProvidedFile> procmailrc(const std::string& bytes, const FileIdentity& expected) {
    auto file = std::make_shared<ProvidedFile>("/etc/procmailrc", bytes, 0644, OnExisting::Replace);
    file->expected = expected;
    return file;
}

std::shared_ptr<const ProvidedFile> recipes(const std::string& bytes, uid_t reader) {
    auto file = std::make_shared<ProvidedFile>(rc, bytes, 0600, OnExisting::Replace);
    file->reader = reader;
    return file;
}

}  // namespace

TEST_CASE("a file for one reader is that from the moment at which it is staged") {
    const auto disk = prepared_disk();
    std::string passable;
    disk->before_operation = [&](std::size_t, const std::string& what) {
        if (what.starts_with("move /etc/mailstack/stage/")) {
            CHECK(disk->reader(what.substr(5)) == uid_t{1000});
        }
        passable += what == "make /etc/mailstack/procmail" ? "made" : "";
    };
    CHECK_FALSE(carried_out(*disk, {recipes("recipes\n", 1000)}));
    CHECK(disk->read(rc).bytes == "recipes\n");
    CHECK(disk->reader(rc) == uid_t{1000});
    CHECK(passable == "made");
    CHECK(disk->mode("/etc/mailstack/procmail") == mode_t{0711});

    // Its next content replaces it, with a reader of its own.
    disk->before_operation = nullptr;
    CHECK_FALSE(carried_out(*disk, {recipes("others\n", 1001)}));
    CHECK(disk->read(rc).bytes == "others\n");
    CHECK(disk->reader(rc) == uid_t{1001});
}

TEST_CASE("a file that was made from another one's bytes is written over those alone") {
    const auto disk = prepared_disk();
    const FileIdentity read = disk->identity("/etc/procmailrc");
    CHECK_FALSE(carried_out(*disk, {procmailrc("VERBOSE=off\nours\n", read)}));
    CHECK(disk->read("/etc/procmailrc").bytes == "VERBOSE=off\nours\n");

    const auto refused = carried_out(*disk, {procmailrc("over an edit\n", read)});
    REQUIRE(refused);
    CHECK(refused->code() == Code::Busy);
    CHECK(std::string(refused->what()) ==
          "/etc/procmailrc was changed by another program at the same moment");
    CHECK(disk->read("/etc/procmailrc").bytes == "VERBOSE=off\nours\n");
    CHECK(disk->names(layout.stage()).empty());
}

TEST_CASE("a save of the same length within one tick of the clock is seen by its octets") {
    const auto disk = prepared_disk();
    auto file =
        std::make_shared<ProvidedFile>("/etc/procmailrc", "VERBOSE=off\nours\n", 0644, OnExisting::Replace);
    file->expected = disk->identity("/etc/procmailrc");
    file->expected_sha256 = sha256("VERBOSE=off\n");
    disk->rewrite_unseen("/etc/procmailrc", 8, "yes");
    REQUIRE(disk->identity("/etc/procmailrc") == *file->expected);
    const auto refused = carried_out(*disk, {file});
    REQUIRE(refused);
    CHECK(refused->code() == Code::Busy);
    CHECK(disk->read("/etc/procmailrc").bytes == "VERBOSE=yes\n");
    file->expected_sha256 = sha256("VERBOSE=yes\n");
    CHECK_FALSE(carried_out(*disk, {file}));
}

TEST_CASE("a file that was not there when it was made must not be there") {
    const auto disk = prepared_disk();
    const auto refused = carried_out(*disk, {procmailrc("ours\n", {})});
    REQUIRE(refused);
    CHECK(refused->code() == Code::Busy);
    CHECK(disk->read("/etc/procmailrc").bytes == "VERBOSE=off\n");
    disk->remove("/etc/procmailrc");
    CHECK_FALSE(carried_out(*disk, {procmailrc("ours\n", {})}));
    CHECK(disk->read("/etc/procmailrc").bytes == "ours\n");
}

TEST_CASE("an edit between the stage and the swap is kept, and nothing else is written") {
    const auto disk = prepared_disk();
    const FileIdentity read = disk->identity("/etc/procmailrc");
    bool done = false;
    disk->before_operation = [&](std::size_t, const std::string& what) {
        if (what == "exchange /etc/procmailrc" && !done) {
            done = true;
            disk->overwrite("/etc/procmailrc", "an editor's\n", 0);
        }
    };
    const auto refused = carried_out(*disk, {recipes("recipes\n", 1000), procmailrc("ours\n", read)});
    REQUIRE(done);
    REQUIRE(refused);
    CHECK(refused->code() == Code::Busy);
    CHECK(disk->read("/etc/procmailrc").bytes == "an editor's\n");
    CHECK_FALSE(disk->has(rc));
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Changes of many files together: sendmail.mc, the .cf made of it, tables, domains, aliases, new files.
#include <doctest/doctest.h>

#include "all_or_nothing.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

const std::string mc = "dnl mine\nFEATURE(`access_db')dnl\nFEATURE(`use_cw_file')dnl\n";
const std::string edited_mc = mc + "FEATURE(`virtusertable')dnl\n";

Picture picture(ModelDisk& disk) {
    Picture all;
    for (const char* const path :
         {"/etc/aliases", "/etc/mail/access", "/etc/mail/virtusertable", "/etc/mail/mailertable",
          "/etc/mail/local-host-names", "/etc/mail/sendmail.mc", "/etc/mail/sendmail.cf",
          "/etc/mailstack/tls/server.crt", "/etc/mailstack/tls/server.key"}) {
        all[path] = text_or_empty(disk, path);
    }
    // TIME-NAME is the change's own copy; TIME-GENERATION-NAME is what a recovery kept, which may find a torn
    // append.
    for (const std::string& name : disk.names(layout.kept())) {
        const bool of_the_change = name.find('-') == name.rfind('-');
        if (of_the_change) {
            all[layout.kept()] += disk.read(layout.kept() + '/' + name).bytes;
        }
    }
    return all;
}

void check_maps(ModelDisk& disk) {
    for (const std::string text : {"/etc/mail/access", "/etc/mail/virtusertable", "/etc/mail/mailertable"}) {
        if (disk.identity(text + ".db").exists()) {
            REQUIRE(pairs_in_map(disk, text + ".db") == table_pairs_of(text_or_empty(disk, text)));
        }
    }
    REQUIRE(pairs_in_map(disk) == pairs_of(disk.read(text_path).bytes));
}

Setup setup() {
    Setup wanted{.domain = Domain("example.test"),
                 .user = AliasName("alice"),
                 .installed = {},
                 .tls = {},
                 .files = {}};
    wanted.installed.cf_directory = "/usr/share/sendmail/cf";
    wanted.tls = {.ca_directory = "/etc/ssl/certs",
                  .ca = "/etc/mailstack/tls/server.crt",
                  .certificate = "/etc/mailstack/tls/server.crt",
                  .key = "/etc/mailstack/tls/server.key"};
    wanted.files = {
        std::make_shared<const ProvidedFile>("/etc/mailstack/tls/server.crt", "certificate\n", 0644),
        std::make_shared<const ProvidedFile>("/etc/mailstack/tls/server.key", "key\n", 0600)};
    return wanted;
}

struct Scenario {
    std::string name;
    std::function<void(ModelDisk&)> by_hand;
    Change change;
};

std::vector<Scenario> scenarios() {
    return {
        {"Reload of an edited sendmail.mc", [](ModelDisk& disk) { disk.put(mc_path, edited_mc); }, Reload{}},
        {"RebuildCf over hand edits",
         [](ModelDisk& disk) { disk.put(cf_path, cf_of(mc, mc_path) + "O Mine=1\n"); }, RebuildCf{}},
        {"Setup", [](ModelDisk&) {}, setup()},
    };
}

std::unique_ptr<ModelDisk> prepared(const Scenario& scenario) {
    auto disk = disk_with_mc(mc);
    REQUIRE(failure(Engine(*disk).run({add("zero", {"alice"})}).answers[0]).empty());
    scenario.by_hand(*disk);
    disk->settle();
    return disk;
}

Subject subject(const Scenario& scenario) {
    return {.prepared = [&scenario] { return prepared(scenario); },
            .change = scenario.change,
            .picture = picture,
            .check_whole = check_maps};
}

}  // namespace

TEST_CASE("every crash state of a change that makes sendmail.cf anew: all of it or nothing") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.name);
        CHECK(crash_everywhere(subject(scenario)) > 50);
    }
}

TEST_CASE("every crash state of such a change whose proof fails, and of its undo: nothing") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.name);
        const auto disk = prepared(scenario);
        Engine engine(*disk);
        disk->settle();
        const Picture before = picture(*disk);
        engine.mta.fails_at = "prove";
        REQUIRE(failure(engine.run({scenario.change}).answers[0]).find("the old configuration is back") !=
                std::string::npos);
        REQUIRE(picture(*disk) == before);
        check_maps(*disk);
        in_every_crash_state(
            *disk, false,
            [&](ModelDisk& recovered, bool /*acknowledged*/) {
                REQUIRE(picture(recovered) == before);
                check_maps(recovered);
            },
            few_of_many);
    }
}

TEST_CASE("a failing disk at every operation of such a change: a clear error, and all of it is as before") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.name);
        CHECK(fail_everywhere(subject(scenario)) > 0);
    }
}

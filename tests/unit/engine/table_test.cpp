// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Tables and domains through the transaction: what is written, what is left alone, what is live.
#include <doctest/doctest.h>

#include "engine/authorization.hpp"
#include "engine/render.hpp"
#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

using Calls = std::vector<std::string>;

const std::string access_text = "# mine\nspam.example\t550 no # to be seen\nConnect:127 RELAY\n";
const std::string domains = "localhost\nmail.example.test # this machine\n";

std::string said(Engine& engine, Change change) {
    return failure(engine.run({std::move(change)}).answers[0]);
}

std::unique_ptr<ModelDisk> disk_without_features() {
    auto disk = std::make_unique<ModelDisk>();
    disk->put("/etc/mail/sendmail.cf",
              "O AliasFile=" + text_path + "\nKmailertable btree /etc/mail/mailertable\n");
    disk->put(text_path, "a: b\n");
    disk->put(map_path, map_of("a: b\n"));
    disk->put("/etc/mail/access", access_text);
    disk->make_directory(layout.home());
    disk->settle();
    return disk;
}

}  // namespace

TEST_CASE("an entry is set in its own line, or added at the end; the map follows; the MTA is left alone") {
    const auto disk = disk_with_tables(access_text, domains);
    Engine engine(*disk);
    CHECK(said(engine, set_entry("SPAM.example", "REJECT")).empty());
    CHECK(disk->read(access_place.text).bytes == "# mine\nspam.example\tREJECT\nConnect:127 RELAY\n");
    CHECK(said(engine, set_entry("Connect:192.0.2.7", "DISCARD")).empty());
    const std::string text = disk->read(access_place.text).bytes;
    CHECK(text == "# mine\nspam.example\tREJECT\nConnect:127 RELAY\nConnect:192.0.2.7\tDISCARD\n");
    CHECK(pairs_in_map(*disk, access_place.map) ==
          Pairs{{"spam.example", "REJECT"}, {"connect:127", "RELAY"}, {"connect:192.0.2.7", "DISCARD"}});
    CHECK(engine.mta.calls.empty());
    CHECK(disk->read(text_path).bytes == "postmaster: root\n");
    CHECK(drifted_paths(engine.now.configuration).empty());
}

TEST_CASE("what stands so already is not written again, and what is not there cannot be removed") {
    const auto disk = disk_with_tables(access_text, domains);
    Engine engine(*disk);
    CHECK(said(engine, set_entry("Connect:127", "RELAY")).empty());
    CHECK(said(engine, add_domain("LOCALHOST")).empty());
    CHECK(engine.now.generation == 0);
    CHECK(engine.mta.calls == Calls{"reload", "prove"});
    CHECK(said(engine, remove_entry("other.example")).find("no key 'other.example' in /etc/mail/access") !=
          std::string::npos);
    CHECK(said(engine, remove_domain("other.example")).find("is not in /etc/mail/local-host-names") !=
          std::string::npos);
    CHECK(said(engine, remove_entry("Connect:127")).empty());
    CHECK(disk->read(access_place.text).bytes == "# mine\nspam.example\t550 no # to be seen\n");
}

TEST_CASE("a table that sendmail does not look into is not changed: the answer says what would help") {
    const auto disk = disk_without_features();
    Engine engine(*disk);
    CHECK(said(engine, set_entry("a.example", "OK")).find("FEATURE(`access_db')") != std::string::npos);
    const Change mail = SetEntry{.row = TableRow(TableName::Mailertable, "a.example", "smtp:[b.example]")};
    CHECK(said(engine, mail).find("of class 'btree'") != std::string::npos);
    CHECK(said(engine, add_domain("a.example")).find("FEATURE(`use_cw_file')") != std::string::npos);
    CHECK(disk->read("/etc/mail/access").bytes == access_text);
    CHECK(engine.now.generation == 0);
}

TEST_CASE("a domain is live after one reload, and a failing proof puts the list back") {
    const auto disk = disk_with_tables(access_text, domains);
    Engine engine(*disk);
    CHECK(said(engine, add_domain("example.org")).empty());
    CHECK(disk->read(domain_place.text).bytes == domains + "example.org\n");
    CHECK(engine.mta.calls == Calls{"reload", "prove"});
    engine.mta.fails_at = "prove";
    CHECK(said(engine, remove_domain("mail.example.test")).find("the old configuration is back") !=
          std::string::npos);
    CHECK(disk->read(domain_place.text).bytes == domains + "example.org\n");
    CHECK(engine.now.generation == 1);
    CHECK(said(engine, remove_domain("mail.example.test")).empty());
    CHECK(disk->read(domain_place.text).bytes == "localhost\nexample.org\n");
}

TEST_CASE("a hand edit of the domains is told until a reload has made it live") {
    const auto disk = disk_with_tables(access_text, domains);
    Engine engine(*disk);
    CHECK(said(engine, set_entry("a.example", "OK")).empty());
    disk->put(domain_place.text, domains + "by-hand.example\n");
    CHECK(said(engine, set_entry("b.example", "OK")).empty());
    CHECK(drifted_paths(engine.now.configuration) == std::vector{domain_place.text});
    CHECK(drifted_paths(Engine(*disk).now.configuration) == std::vector{domain_place.text});
    CHECK(said(engine, Reload{}).empty());
    CHECK(drifted_paths(engine.now.configuration).empty());
    CHECK(drifted_paths(Engine(*disk).now.configuration).empty());
    CHECK(disk->read(domain_place.text).bytes == domains + "by-hand.example\n");
}

TEST_CASE("a hand edit of a table is not published by a change beside it, but by Reload") {
    const auto disk = disk_with_tables(access_text, domains);
    Engine engine(*disk);
    CHECK(said(engine, set_entry("a.example", "OK")).empty());
    disk->put(access_place.text, disk->read(access_place.text).bytes + "hand.example OK\n");
    CHECK(said(engine, set_entry("b.example", "OK")).empty());
    CHECK(pairs_in_map(*disk, access_place.map).contains("b.example"));
    CHECK_FALSE(pairs_in_map(*disk, access_place.map).contains("hand.example"));
    CHECK(drifted_paths(engine.now.configuration) == std::vector{access_place.text});
    CHECK(said(engine, add_domain("example.org")).empty());
    CHECK_FALSE(pairs_in_map(*disk, access_place.map).contains("hand.example"));
    CHECK(said(engine, Reload{}).empty());
    CHECK(pairs_in_map(*disk, access_place.map) == table_pairs_of(disk->read(access_place.text).bytes));
    CHECK(drifted_paths(engine.now.configuration).empty());
}

TEST_CASE("entries of several tables and aliases that wait together are one transaction") {
    const auto disk = disk_with_tables(access_text, domains);
    Engine engine(*disk);
    const BatchResult result =
        engine.run({add("sales", {"alice"}), set_entry("a.example", "OK"), set_entry("b.example", "REJECT")});
    CHECK(engine.now.generation == 1);
    CHECK(result.changed.aliases == std::vector<std::string>{"sales"});
    CHECK(result.changed.entries.at(TableName::Access) == std::vector<std::string>{"a.example", "b.example"});
    CHECK(pairs_in_map(*disk).contains("sales"));
}

TEST_CASE("each table asks for its own action, the domains for theirs") {
    const Configuration configuration;
    const IsAccount nobody = [](const std::string&) { return false; };
    const auto required = [&](const Change& change) {
        return required_actions(configuration, change, nobody);
    };
    CHECK(required(set_entry("a.example", "OK")) == just(Action::ManageAccess));
    CHECK(required(remove_entry("a.example")) == just(Action::ManageAccess));
    CHECK(required(SetEntry{.row = TableRow(TableName::Virtusertable, "@a.example", "alice")}) ==
          just(Action::ManageVirtusertable));
    CHECK(required(SetEntry{.row = TableRow(TableName::Mailertable, "a.example", "smtp:b.example")}) ==
          just(Action::ManageMailertable));
    CHECK(required(add_domain("a.example")) == just(Action::ManageDomains));
    CHECK(required(remove_domain("a.example")) == just(Action::ManageDomains));
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The ordinary changes of a Setup: on an empty machine, on one that has some, and a second time.
#include <doctest/doctest.h>

#include <algorithm>

#include "engine/apply.hpp"
#include "engine/setup_changes.hpp"

using namespace mailstack;
using Summaries = std::vector<std::string>;

namespace {

Configuration configuration(const std::string& aliases, const std::string& domains,
                            const std::string& access) {
    Configuration made;
    made.aliases.emplace_back().file = AliasFile::parse(aliases);
    for (const TableName name : all_tables) {
        made.tables.emplace_back().name = name;
    }
    made.tables.front().file = TableFile::parse(access);
    made.domains.file = WordList::parse(domains);
    return made;
}

Setup for_user(const std::string& user) {
    return {.domain = Domain("example.test"), .user = AliasName(user)};
}

Summaries summaries_of(const std::vector<Change>& changes) {
    Summaries all;
    for (const Change& change : changes) {
        all.push_back(summary(change));
    }
    return all;
}

Configuration after(Configuration configuration, const std::vector<Change>& changes) {
    for (const Change& change : changes) {
        configuration = mailstack::apply(configuration, change).configuration;
    }
    return configuration;
}

std::string recipients(const Configuration& made, const std::string& name) {
    const auto found = made.aliases.front().file.find(name);
    return found ? found->value : "";
}

bool contains(const Summaries& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("an empty machine gets domains, relay and aliases; a second Setup has nothing to do") {
    const Setup setup = for_user("alice");
    const auto changes = setup_changes(configuration("", "", ""), setup);
    const auto made = after(configuration("", "", ""), changes);
    CHECK(made.domains.file.print() == "localhost\nexample.test\nmail.example.test\nlocalhost.localdomain\n");
    CHECK(made.tables.front().file.print() == "127.0.0.1\tRELAY\n");
    CHECK(recipients(made, "root") == "alice");
    for (const char* const name : {"postmaster", "mailer-daemon", "abuse", "noc", "security", "hostmaster",
                                   "webmaster", "www", "uucp", "ftp", "news", "usenet", "nobody"}) {
        CHECK_MESSAGE(recipients(made, name) == "root", name);
    }
    CHECK(setup_changes(made, setup).empty());
}

TEST_CASE("what is there stays: other recipients, another spelling, another value") {
    const auto present = configuration("Postmaster: bob\nabuse: |/bin/x\nroot: bob, Alice\n",
                                       "EXAMPLE.test localhost # mine\n", "127.0.0.1 OK\n");
    const auto changes = setup_changes(present, for_user("alice"));
    const auto summaries = summaries_of(changes);
    CHECK(!contains(summaries, "SetAlias root"));
    CHECK(contains(summaries, "AddAlias mailer-daemon"));
    const auto made = after(present, changes);
    CHECK(recipients(made, "postmaster") == "bob");
    CHECK(recipients(made, "abuse") == "|/bin/x");
    CHECK(recipients(made, "root") == "bob, Alice");
    CHECK(made.tables.front().file.print() == "127.0.0.1 OK\n");
    CHECK(made.domains.file.print() ==
          "EXAMPLE.test localhost # mine\nmail.example.test\nlocalhost.localdomain\n");
}

TEST_CASE("root's mail goes to the user whom Setup names, and a user with a required name gets no loop") {
    const auto present = configuration("root: bob\n", "", "");
    CHECK(recipients(after(present, setup_changes(present, for_user("alice"))), "root") == "alice");
    const auto summaries = summaries_of(setup_changes(configuration("", "", ""), for_user("webmaster")));
    CHECK(contains(summaries, "SetAlias root"));
    CHECK(contains(summaries, "AddAlias postmaster"));
    CHECK(!contains(summaries, "AddAlias webmaster"));
}

TEST_CASE("a table without a text gets one with a comment alone, if sendmail looks into it") {
    Configuration present = configuration("", "", "");
    present.tables[1].unused = "sendmail.cf has no such map";
    present.tables[2].text_identity.inode = 7;
    const Configuration made = with_table_texts(present);
    CHECK(made.tables[0].file.print().starts_with("# "));
    CHECK(made.tables[0].file.count() == 0);
    CHECK(made.tables[0].file.problems().empty());
    CHECK(made.tables[1].file.print().empty());
    CHECK(made.tables[2].file.print().empty());
}

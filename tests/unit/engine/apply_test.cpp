// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/apply.hpp"

#include <doctest/doctest.h>

#include "engine/authorization.hpp"
#include "engine/import.hpp"
#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

Configuration configuration_of(const std::string& text) {
    AliasSource source;
    source.text_path = text_path;
    source.map_path = map_path;
    source.file = AliasFile::parse(text);
    Configuration configuration;
    configuration.aliases.push_back(source);
    configuration.local_hosts = {"localhost", "mail.example.test"};
    return configuration;
}

std::string refusal(const std::string& text, const Change& change) {
    try {
        mailstack::apply(configuration_of(text), change);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

std::string text_after(const std::string& text, const Change& change) {
    return mailstack::apply(configuration_of(text), change).configuration.aliases.front().file.print();
}

const IsAccount accounts = [](const std::string& name) { return name == "alice" || name == "root"; };

Actions required(const std::string& text, const Change& change) {
    return required_actions(configuration_of(text), change, accounts);
}

const Actions plain = just(Action::ManageAliases);
const Actions program = just(Action::ManageProgramAliases);
const Actions system_name = just(Action::ManageSystemAliases);

}  // namespace

TEST_CASE("AddAlias appends its line and nothing else") {
    CHECK(text_after("# mine\na: b\n", add("Sales", {"alice", "bob@example.org"})) ==
          "# mine\na: b\nSales: alice, bob@example.org\n");
    CHECK(mailstack::apply(configuration_of("a: b\n"), add("c", {"d"})).changed.aliases ==
          std::vector<std::string>{"c"});
}

TEST_CASE(
    "AddAlias of what exists: the same is success without a change, other recipients are AlreadyExists") {
    const std::string text = "sales: alice, bob\n";
    CHECK(mailstack::apply(configuration_of(text), add("SALES", {"alice", "bob"})).changed.empty());
    CHECK(refusal(text, add("sales", {"carol"})) ==
          "alias 'sales' exists in /etc/aliases, line 1, with other recipients: alice, bob; to replace them "
          "use SetAlias");
}

TEST_CASE("SetAlias changes its own line, RemoveAlias takes it away with its continuation") {
    const std::string text = "a: b\nsales: alice,\n\tbob\n# end\n";
    CHECK(text_after(text, removal("sales")) == "a: b\n# end\n");
    const std::string after = text_after(text, set("sales", {"carol"}));
    CHECK(after.starts_with("a: b\nsales:"));
    CHECK(after.ends_with("carol\n# end\n"));
    CHECK(refusal(text, removal("nobody-here")) ==
          "there is no alias 'nobody-here' in /etc/aliases; ListAliases tells those that exist");
}

TEST_CASE("a change that closes a loop is refused with the way round") {
    CHECK(refusal("support: sales\n", add("sales", {"alice", "support"})) ==
          "alias 'sales' would lead back to itself: sales -> support -> sales; to deliver to the account of "
          "that name write \\sales");
    CHECK_FALSE(refusal("", add("me", {"me"})).empty());
    CHECK_FALSE(refusal("b: c@localhost\nc: A@MAIL.example.test\n", add("a", {"b"})).empty());
    CHECK_FALSE(refusal("b: a+list\n", add("a", {"b"})).empty());
    CHECK(refusal("", add("me", {"\\me"})).empty());
    CHECK(refusal("b: a@elsewhere.example\n", add("a", {"b"})).empty());
    CHECK(
        refusal("x: y\ny: x\n", add("a", {"x"})).empty());  // a loop of others, by hand, is not this change's
}

TEST_CASE("an import adds, keeps or replaces, and is refused as a whole") {
    const auto import = [](const std::string& text, OnConflict on_conflict) {
        return parse_import(text, on_conflict);
    };
    const std::string text = "a: alice\nb: bob\n";
    const Applied added =
        mailstack::apply(configuration_of(text), import("# new\nc: carol\na: alice\n", OnConflict::Fail));
    CHECK(added.added == 1);
    CHECK(added.kept == 1);
    CHECK(refusal(text, import("c: carol\nb: carol\n", OnConflict::Fail))
              .find("line 2 of the import: alias 'b' exists") == 0);
    const Applied kept = mailstack::apply(configuration_of(text), import("b: carol\n", OnConflict::Keep));
    CHECK(kept.configuration.aliases.front().file.print() == text);
    const Applied replaced =
        mailstack::apply(configuration_of(text), import("b: carol\nd: dave\n", OnConflict::Replace));
    CHECK(replaced.replaced == 1);
    CHECK(replaced.added == 1);
    CHECK(replaced.configuration.aliases.front().file.find("b")->recipients ==
          std::vector<std::string>{"carol"});
    CHECK_THROWS_WITH_AS(
        import("c: carol\nno colon here\n", OnConflict::Fail),
        "the import is refused: line 2: 'no colon here' has no colon: sendmail drops it; nothing was changed",
        Error);
    CHECK(refusal(text, import("c: d\nd: c\n", OnConflict::Fail)).find("would lead back to itself") !=
          std::string::npos);
}

TEST_CASE("who may what: plain, program and system changes require their own actions") {
    CHECK(required("", add("crew", {"alice"})) == plain);
    CHECK(required("", add("crew", {"|/bin/id"})) == (plain | program));
    CHECK(required("", add("alice", {"bob"})) == system_name);
    CHECK(required("", add("Postmaster", {"bob"})) == system_name);
    CHECK(required("", add("root", {"|/bin/id"})) == (system_name | program));
    CHECK(required("", add("owner-list", {"bob"})) == system_name);
    CHECK(required("crew: \"|/bin/id\"\n", removal("crew")) == (plain | program));
    CHECK(required("crew: \"|/bin/id\"\n", set("crew", {"bob"})) == (plain | program));
    CHECK(required("", parse_import("x: y\n", OnConflict::Fail)) == plain);
    CHECK(required("", parse_import("x: :include:/etc/x\nroot: bob\n", OnConflict::Fail)) ==
          (plain | program | system_name));
    CHECK(required("x: /var/file\n", parse_import("x: bob\n", OnConflict::Replace)) == (plain | program));
    CHECK(required("", Reload{}) == just(Action::Reload));
    CHECK(required("", Restart{}) == just(Action::Restart));
}

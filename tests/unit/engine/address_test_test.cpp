// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/address_test_answer.hpp"
#include "engine/address_test_question.hpp"

using namespace mailstack;

TEST_CASE("questions are lines of their own command") {
    CHECK(command_line(MapLookup{"access", "Connect:10"}) == "/map access Connect:10");
    CHECK(command_line(MapLookup{"mailertable", ".example.org"}) == "/map mailertable .example.org");
    CHECK(command_line(ClassMembers{"w"}) == "$=w");
    CHECK(command_line(ClassMembers{"{VirtHost}"}) == "$={VirtHost}");
    CHECK(command_line(ResolveAddress{"\"a,b\"@example.org"}) == "/parse \"a,b\"@example.org");
    CHECK(command_line(CallRuleset{"check_rcpt", "<@a,@b:c@d>"}) == "check_rcpt <@a,@b:c@d>");
    CHECK(command_line(DefineMacro{"{client_addr}", "10.1.2.3"}) == ".D{client_addr}10.1.2.3");
    CHECK(command_line(DefineMacro{"f", ""}) == ".Df");
    CHECK(command_line(TryMailer{"esmtp", "a@b"}) == "/try esmtp a@b");
}

TEST_CASE("what could be another command is never asked") {
    const std::string too_long(1001, 'x');
    for (const std::string& text :
         {std::string("a\n/quit"), std::string("a\rb"), std::string("a\0b", 3), std::string("/quit"),
          std::string("!id"), std::string("$w"), std::string(".Dx"), std::string("-bd"), std::string("=S3"),
          std::string("#"), std::string(""), std::string(" a"), std::string("a "), std::string("\xc3\xa4"),
          std::string("a\tb"), too_long}) {
        CAPTURE(text);
        CHECK_THROWS_AS(check_address(text), Error);
        CHECK_THROWS_AS(command_line(ResolveAddress{text}), Error);
        CHECK_THROWS_AS(command_line(CallRuleset{"check_rcpt", text}), Error);
        CHECK_THROWS_AS(command_line(TryMailer{"esmtp", text}), Error);
        if (text != ".Dx") {
            CHECK_THROWS_AS(command_line(MapLookup{"access", text}), Error);
        }
    }
    CHECK_THROWS_AS(check_address("a@b,c@d"), Error);
    CHECK_THROWS_AS(check_address("\"a\\\",\",c@d"), Error);
    for (const std::string& name :
         {std::string(""), std::string("a b"), std::string("a\nb"), std::string("a/b"), std::string("{x}")}) {
        CAPTURE(name);
        CHECK_THROWS_AS(command_line(MapLookup{name, "x"}), Error);
        CHECK_THROWS_AS(command_line(CallRuleset{name, "x"}), Error);
        CHECK_THROWS_AS(command_line(TryMailer{name, "x"}), Error);
    }
    CHECK_THROWS_AS(command_line(ClassMembers{"VirtHost"}), Error);
    CHECK_THROWS_AS(command_line(DefineMacro{"{a\n}", "x"}), Error);
    CHECK_THROWS_AS(command_line(DefineMacro{"f", "x\n/quit"}), Error);
    CHECK_THROWS_AS(command_line(DefineMacro{"f", "$w"}), Error);
}

TEST_CASE("answers about maps: found, not found, cannot be opened, absent") {
    using Kind = MapAnswer::Kind;
    struct Row {
        std::string printed;
        Kind kind;
        std::string value, words;
    };
    const std::vector<Row> rows{
        {"map_lookup: m (k) returns RELAY (0)\n", Kind::Found, "RELAY", ""},
        {"map_lookup: m (k) returns error:5.7.1:550 no (really) (0)\n", Kind::Found,
         "error:5.7.1:550 no (really)", ""},
        {"map_lookup: m (k) returns  (0)\n", Kind::Found, "", ""},
        {"map_lookup: m (k) WARNING: World writable directory /var/tmp\nWARNING: x\nreturns @ (0)\n",
         Kind::Found, "@", ""},
        {"WARNING: World writable directory /\nmap_lookup: m (k) no match (0)\n", Kind::NotFound, "", ""},
        {"map_lookup: m (k) no match (68)\n", Kind::NotFound, "", ""},
        {"hash map \"m\": missing map file /x.db: No such file or directory\nmap_lookup: m (k) no match "
         "(75)\n",
         Kind::CannotOpen, "", "hash map \"m\": missing map file /x.db: No such file or directory"},
        {"map_lookup: m (k) Cannot open hash database /x.db: Invalid argument\nno match (75)\n",
         Kind::CannotOpen, "", "Cannot open hash database /x.db: Invalid argument"},
        {"Map named \"m\" not open\n", Kind::CannotOpen, "", "Map named \"m\" not open"},
        {"Map named \"m\" not found\n", Kind::NoSuchMap, "", "Map named \"m\" not found"}};
    for (const Row& row : rows) {
        CAPTURE(row.printed);
        const auto answer = std::get<MapAnswer>(read_answer(MapLookup{"m", "k"}, row.printed));
        CHECK(answer.kind == row.kind);
        CHECK(answer.value == row.value);
        CHECK(answer.words == row.words);
    }
    for (const char* const printed :
         {"", "Segmentation fault", "map_lookup: m (k) ", "map_lookup: other (k) returns x (0)\n"}) {
        CAPTURE(printed);
        CHECK_THROWS_AS(read_answer(MapLookup{"m", "k"}, printed), Error);
    }
}

TEST_CASE("answers about addresses, rule sets and classes") {
    const auto resolved = [](const std::string& printed) {
        return std::get<Resolution>(read_answer(ResolveAddress{"x"}, printed));
    };
    const Resolution far = resolved(
        "Cracked address = $g\nParsing envelope recipient address\ncanonify           input: x\nparse "
        "returns: x\n"
        "mailer esmtp, host mx.example:mx2.example, user a, b@example.org\n");
    CHECK(far.mailer == "esmtp");
    CHECK(far.host == "mx.example:mx2.example");
    CHECK(far.user == "a, b@example.org");
    CHECK(far.words.empty());
    CHECK(far.deliverable());
    const Resolution near = resolved("mailer local, user nobody\n");
    CHECK((near.mailer == "local" && near.host.empty() && near.user == "nobody"));
    const Resolution wrong =
        resolved("a@@... Invalid route address\nmailer *error*, host 5.1.3, user \"553 Invalid\"\n");
    CHECK_FALSE(wrong.deliverable());
    CHECK(wrong.words == "a@@... Invalid route address");
    CHECK(resolved("x... Transient parse error -- message queued\nmailer local, user x\n").temporary);
    CHECK_FALSE(resolved("").deliverable());

    const auto called = [](const std::string& printed) {
        return std::get<Rewriting>(read_answer(CallRuleset{"check_rcpt", "x"}, printed));
    };
    const Rewriting refused = called(
        "check_rcpt         input: x\ncheck_rcpt_too returns: inner\ncheck_rcpt       returns: $# "
        "error $@ 5 . 7 . 1 $: \"550 Relaying denied\"\n");
    CHECK(refused.error());
    CHECK_FALSE(refused.temporary_error());
    CHECK(refused.text() == "550 Relaying denied");
    CHECK(called("check_rcpt returns: inner\nWARNING: x\ncheck_rcpt returns: RELAY\n").tokens == "RELAY");
    CHECK(called("check_rcpt returns: $# error $@ 4 . 3 . 0 $: \"451 x\"\n").temporary_error());
    CHECK(called("check_rcpt returns: $# error $: \"450 Relaying temporarily denied\"\n").temporary_error());
    CHECK_THROWS_AS(called("Undefined ruleset check_rcpt\n"), Error);

    CHECK(std::get<ClassAnswer>(read_answer(ClassMembers{"w"}, "localhost\nWARNING: x\n[127.0.0.1]\n"))
              .members == std::vector<std::string>{"localhost", "[127.0.0.1]"});
    CHECK(
        std::get<TryAnswer>(read_answer(TryMailer{"esmtp", "x"}, "Trying\nRcode = 75, addr = a, addr = b\n"))
            .status == 75);
    CHECK(std::get<TryAnswer>(read_answer(TryMailer{"esmtp", "x"}, "Mailer esmtp not found\n")).status == -1);
}

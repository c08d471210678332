// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "format.hpp"

#include <doctest/doctest.h>

using namespace mailstack::client;

TEST_CASE("columns are aligned, the last one is ragged") {
    CHECK(to_table({{"NAME", "DEFINED AT", "RECIPIENTS"},
                    {"sales", "/etc/aliases:3", "alice, bob"},
                    {"x", "/etc/aliases:14", "carol"}}) ==
          "NAME   DEFINED AT       RECIPIENTS\n"
          "sales  /etc/aliases:3   alice, bob\n"
          "x      /etc/aliases:14  carol\n");
}

TEST_CASE("alignment counts characters, not octets, and one overlong cell pushes only its own row") {
    CHECK(to_table({{"käse", "a"}, {"brot", "b"}}) == "käse  a\nbrot  b\n");
    const std::string wide(41, 'w');
    CHECK(to_table({{wide, "a"}, {"abc", "b"}}) == wide + "  a\nabc  b\n");
    CHECK(to_table({}).empty());
}

TEST_CASE("control characters cannot reach the terminal") {
    CHECK(printable("a\x1b[2Jb\n\x7f") == "a\\x1b[2Jb\\x0a\\x7f");
    CHECK(printable("gr\xc3\xbc\xc3\x9f \\user") == "gr\xc3\xbc\xc3\x9f \\user");
    // C1: a terminal may take CSI, U+009B, for "ESC [".
    CHECK(printable("a\xc2\x9b"
                    "2J\xc2\xa0\xc2") == "a\\xc2\\x9b2J\xc2\xa0\xc2");
}

TEST_CASE("numbers are grouped by thousands") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(1234567) == "1,234,567");
}

TEST_CASE("the generation of what is written but not live is read out of the message") {
    CHECK(written_generation("written as generation 17, but not live: no MTA runs") == 17);
    CHECK(written_generation("no MTA is installed") == 0);
    CHECK(written_generation("written as generation x") == 0);
}

TEST_CASE("UTF-8 as RFC 3629 has it") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("sales"));
    CHECK(is_utf8("k\xc3\xa4se \xe2\x82\xac \xf0\x9f\x93\xa7"));
    for (const std::string_view bad :
         {std::string_view("\xff"), std::string_view("\xc3"), std::string_view("\xc0\xaf"),
          std::string_view("\xe0\x80\xaf"), std::string_view("\xed\xa0\x80"),
          std::string_view("\xf4\x90\x80\x80"), std::string_view("a\0b", 3), std::string_view("\xe2\x82")}) {
        CAPTURE(printable(bad));
        CHECK_FALSE(is_utf8(bad));
    }
}

TEST_CASE("an alias as JSON") {
    CHECK(line_of(to_json(Alias{"sales", {"alice", "bob@example.com"}, "/etc/aliases:3"})) ==
          R"({"name":"sales","recipients":["alice","bob@example.com"],"source":"/etc/aliases:3"})"
          "\n");
}

TEST_CASE("an entry of a table, for people and as JSON") {
    const Entry entry{"connect:192.0.2.7", "ERROR:5.7.1:550 \x1b[2J", "/etc/mail/access:3"};
    CHECK(name_of(entry) == "connect:192.0.2.7");
    CHECK(row_of(entry) ==
          std::vector<std::string>{"connect:192.0.2.7", "/etc/mail/access:3", "ERROR:5.7.1:550 \\x1b[2J"});
    CHECK(columns_of(entry).size() == row_of(entry).size());
    CHECK(line_of(to_json(Entry{"example.net", "smtp:[mx.example.net]", "/etc/mail/mailertable:1"})) ==
          R"({"key":"example.net","value":"smtp:[mx.example.net]","source":"/etc/mail/mailertable:1"})"
          "\n");
}

TEST_CASE("bytes that are no UTF-8 do not break the JSON") {
    CHECK(line_of({{"a", "\xff"}}) == "{\"a\":\"\xef\xbf\xbd\"}\n");
}

TEST_CASE("a failure as JSON; one that was written tells its generation") {
    CHECK(
        line_of(to_json(
            Failure(ExitStatus::NotFound, "org.mailstack1.Error.NoSuchAlias", "no 'x'", "list them"))) ==
        R"({"error":"org.mailstack1.Error.NoSuchAlias","message":"no 'x'","advice":"list them","exit_status":3})"
        "\n");
    const auto written =
        to_json(Failure(ExitStatus::NotLive, "n", "written as generation 4, but not live: stopped", ""));
    CHECK(written["generation"] == 4);
    CHECK(written["live"] == false);
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/address_scan.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mailstack;
using Texts = std::vector<std::string>;

TEST_CASE("an address becomes tokens") {
    CHECK(scan_address("first.last@example.org", '\0').tokens ==
          Texts{"first", ".", "last", "@", "example", ".", "org"});
    CHECK(scan_address("\"a b\"c", '\0').tokens == Texts{"\"a b\"", "c"});
    CHECK(scan_address("a(x(y)\\)z)b", '\0').tokens == Texts{"a", "b"});
    CHECK(scan_address("Bob <bob>", '\0').tokens == Texts{"Bob", "<", "bob", ">"});
    CHECK(scan_address("a\\ b \\!c", '\0').tokens == Texts{"a\\ b", "!", "c"});
    CHECK(scan_address("  \t ", '\0').tokens.empty());
}

TEST_CASE("the delimiter ends an address outside quotes, comments and angle brackets") {
    CHECK(scan_address("bob, carol", ',').end == 3);
    CHECK(scan_address("\"|prog a, b\", carol", ',').end == 12);
    CHECK(scan_address("bob (a, b), carol", ',').end == 10);
    CHECK(scan_address("<@a,@b:bob>, carol", ',').end == 11);
    CHECK(scan_address("<bob, carol>", ',').end == 4);
    CHECK(scan_address("a\\,b", ',').end == 2);
    CHECK(scan_address("\"a:b\": c", ':').end == 5);
}

TEST_CASE("what is unbalanced is closed with a complaint") {
    CHECK(scan_address("\"abc", '\0').tokens == Texts{"\"abc\""});
    CHECK(scan_address("\"abc", '\0').complaint == unbalanced_quote);
    CHECK(scan_address("a(b", '\0').complaint == "unbalanced '('");
    CHECK(scan_address("a)b", '\0').tokens == Texts{"ab"});
    CHECK(scan_address("a)b", '\0').complaint == "unbalanced ')'");
    CHECK(scan_address("<a", '\0').tokens == Texts{"<", "a", ">"});
    CHECK(scan_address("<a", '\0').complaint == "unbalanced '<'");
    CHECK(scan_address("a>", '\0').complaint == "unbalanced '>'");
    CHECK(scan_address("a\\", '\0').tokens == Texts{"a"});
    CHECK(scan_address("a", '\0').complaint.empty());
}

TEST_CASE("recipients are split where sendmail splits them") {
    CHECK(split_recipients("bob") == Texts{"bob"});
    CHECK(split_recipients("bob,\tcarol , ,dave\r") == Texts{"bob", "carol", "dave"});
    CHECK(split_recipients("\"|/bin/x -a, b\", \\bob, :include:/l, /f") ==
          Texts{"\"|/bin/x -a, b\"", "\\bob", ":include:/l", "/f"});
    CHECK(split_recipients("\"Bob, the\" <bob@x>, carol (a, b)") ==
          Texts{"\"Bob, the\" <bob@x>", "carol (a, b)"});
    CHECK(split_recipients("|prog a, b") == Texts{"|prog a", "b"});
    CHECK(split_recipients(" , ,").empty());
    CHECK(split_recipients("").empty());
    CHECK(split_recipients("\"open, b") == Texts{"\"open, b"});
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/table_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace mailstack;
using namespace std::string_view_literals;
using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

Pairs pairs(std::string_view text) {
    Pairs all;
    const auto file = TableFile::parse(std::string(text));
    CHECK(file.print() == text);
    file.each([&all](std::string_view key, std::string_view value) { all.emplace_back(key, value); });
    CHECK(file.count() == all.size());
    return all;
}

Texts messages(std::string_view text) {
    Texts all;
    for (const auto& problem : TableFile::parse(std::string(text)).problems()) {
        all.push_back(problem.message);
    }
    return all;
}

constexpr std::string_view whole_file =
    "# who may relay\n"                        // 1
    "\n"                                       // 2
    "Connect:127.0.0.1\t\tRELAY\n"             // 3
    "From:Spammer@AOL.com  REJECT # why\n"     // 4
    "#To:off@ REJECT\n"                        // 5
    "cyberspammer.com ERROR:\"550 a  b\"  \n"  // 6
    " indented REJECT\n"                       // 7
    "no-value\n"                               // 8
    "blank-value \t\n"                         // 9
    "crlf REJECT\r\n"                          // 10
    "\r\n"                                     // 11
    "a#b c\\\n"                                // 12
    "connect:127.0.0.1 OK\n"                   // 13
    "caf\xc9 \xff\n"                           // 14
    "last value";                              // 15

}  // namespace

TEST_CASE("a whole table: what makemap stores, in order") {
    CHECK(pairs(whole_file) == Pairs{{"connect:127.0.0.1", "RELAY"},
                                     {"from:spammer@aol.com", "REJECT # why"},
                                     {"cyberspammer.com", "ERROR:\"550 a  b\"  "},
                                     {"crlf", "REJECT\r"},
                                     {"a#b", "c\\"},
                                     {"caf\xc9", "\xff"},
                                     {"last", "value"}});
    const auto file = TableFile::parse(std::string(whole_file));
    CHECK(file.size() == whole_file.size());
    const auto found = file.find("FROM:spammer@aol.com");
    REQUIRE(found);
    CHECK(found->name == "From:Spammer@AOL.com");
    CHECK(found->key == "from:spammer@aol.com");
    CHECK(found->value == "REJECT # why");
    CHECK(found->line == 4);
    CHECK(file.value("last") == "value");
    CHECK(file.find("last")->line == 15);
    for (const std::string_view absent :
         {"", "indented", "no-value", "blank-value", "to:off@", "#to:off@", "las"}) {
        CAPTURE(absent);
        CHECK_FALSE(file.contains(absent));
        CHECK_FALSE(file.find(absent));
        CHECK_FALSE(file.value(absent));
    }
}

TEST_CASE("what makemap rejects is reported with its line, a duplicate with both") {
    CHECK(messages(whole_file) ==
          Texts{"line 7: it begins with white space: makemap drops it",
                "line 8: 'no-value' has no value: makemap drops it",
                "line 9: 'blank-value' has no value: makemap drops it",
                "line 11: it begins with white space: makemap drops it",
                "line 13: 'connect:127.0.0.1' is in line 3 already: makemap keeps line 3"});
    const auto problem = TableFile::parse("b 1\na 1\nA 2\nB 2\na 3\n").problems();
    REQUIRE(problem.size() == 3);
    CHECK(problem[0].line == 3);
    CHECK(problem[0].other_line == 2);
    CHECK(problem[1].line == 4);
    CHECK(problem[1].other_line == 1);
    CHECK(problem[2].line == 5);
    CHECK(problem[2].other_line == 2);
}

TEST_CASE("of two entries the first counts") {
    CHECK(pairs("a 1\nA 2\nb 3\na 4\n") == Pairs{{"a", "1"}, {"b", "3"}});
    CHECK(TableFile::parse("x 0\nA 1\na 2\n").find("a")->line == 2);
}

TEST_CASE("a line may have 1022 octets and its line end; the rest of a longer one is read as a line") {
    const std::string x(1020, 'x');
    CHECK(pairs("a " + x + "\nb c\n") == Pairs{{"a", x}, {"b", "c"}});
    CHECK(pairs("a " + x) == Pairs{{"a", x}});
    CHECK(pairs("a " + x + "x\nb c\n") == Pairs{{"b", "c"}});
    CHECK(pairs("a " + x + "x").empty());
    CHECK(pairs("a " + x + "xkey value\nb c\n") == Pairs{{"key", "value"}, {"b", "c"}});
    CHECK(pairs("a " + x + "x#key value\nb c\n") == Pairs{{"b", "c"}});
    CHECK(messages("a " + x + "x\nb c\n d\n") ==
          Texts{"line 1: it is longer than 1022 octets: makemap drops the first 1023 and takes the rest for "
                "another "
                "line",
                "line 3: it begins with white space: makemap drops it"});
    CHECK(TableFile::parse("a " + x + "xkey value\nb c\n").find("key")->line == 1);
    CHECK(TableFile::parse("a " + x + "xkey value\nb c\n").find("b")->line == 2);
}

TEST_CASE("a NUL drops its line, but only ends a last line without a line end") {
    CHECK(pairs("a\0b c\nd e\nf g\0h i"sv) == Pairs{{"d", "e"}, {"f", "g"}});
    CHECK(pairs("a b\0\n"sv).empty());
    CHECK(pairs("\0a b"sv).empty());
    CHECK(messages("a b\0c\nd e\n"sv) == Texts{"line 1: it holds a NUL: makemap drops it"});
    CHECK(messages("a b\0c"sv).empty());
}

TEST_CASE("vertical tab and form feed separate too, and nothing is quoted or continued") {
    CHECK(pairs("a\v\fb\nc \\\nd e\n\"x y\" z\n") ==
          Pairs{{"a", "b"}, {"c", "\\"}, {"d", "e"}, {"\"x", "y\" z"}});
}

TEST_CASE("a list is sorted by key and begins after a key") {
    const auto file = TableFile::parse("b 1\nA 2\nab 3\nc 4\nABC 5\nabc dup\n\xe9 6\n");
    const auto keys = [&](std::string_view prefix, std::string_view after, std::size_t limit) {
        Texts all;
        for (const auto& entry : file.list(prefix, after, limit)) {
            all.push_back(entry.key + "=" + entry.value);
        }
        return all;
    };
    CHECK(keys("", "", 100) == Texts{"a=2", "ab=3", "abc=5", "b=1", "c=4", "\xe9=6"});
    CHECK(keys("", "ab", 2) == Texts{"abc=5", "b=1"});
    CHECK(keys("AB", "", 100) == Texts{"ab=3", "abc=5"});
    CHECK(keys("ab", "ABC", 100).empty());
    CHECK(keys("ab", "aaa", 1) == Texts{"ab=3"});
    CHECK(keys("", "b", 100) == Texts{"c=4", "\xe9=6"});
    CHECK(keys("b", "a", 100) == Texts{"b=1"});
    CHECK(keys("", "", 0).empty());
}

TEST_CASE("an empty file, and files of nothing but odd octets, come back as they are") {
    CHECK(TableFile().print().empty());
    CHECK(TableFile().count() == 0);
    CHECK(TableFile().list("", "", 10).empty());
    std::string octets;
    for (int octet = 0; octet < 256; ++octet) {
        octets += static_cast<char>(octet);
    }
    for (const auto& text :
         {octets, octets + octets, std::string("\n\n"), std::string(5000, ' '), std::string(5000, 'x')}) {
        CHECK(TableFile::parse(text).print() == text);
    }
}

TEST_CASE("a file that was moved from or copied is still a file") {
    auto file = TableFile::parse("a b\n");
    const auto moved = std::move(file);
    CHECK(file.same_as(moved));  // NOLINT(bugprone-use-after-move)
    file = TableFile::parse("c d\n");
    CHECK(moved.value("a") == "b");
}

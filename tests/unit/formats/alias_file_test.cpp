// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/alias_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace mailstack;
using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

Pairs pairs(const AliasFile& file) {
    Pairs all;
    file.each([&all](std::string_view key, std::string_view value) { all.emplace_back(key, value); });
    return all;
}

Texts messages(std::string_view text) {
    Texts all;
    const auto file = AliasFile::parse(std::string(text));
    for (const auto& problem : file.problems()) {
        all.push_back(problem.message);
    }
    return all;
}

constexpr std::string_view whole_file =
    "# the whole of it\n"                            // 1
    "\n"                                             // 2
    "postmaster: root\n"                             // 3
    "Sales:\tbob, \\carol,\n"                        // 4
    "\tdave@example.org\n"                           // 5
    "\"Quoted.Name\": \"|/usr/bin/prog -a b, c\"\n"  // 6
    "owner-list: :include:/etc/list\n"               // 7
    "list: /var/mail/archive, \\\n"                  // 8
    "  list-out\n"                                   // 9
    "# comment \\\n"                                 // 10
    "hidden: by the backslash\n"                     // 11
    "crlf: bob\r\n"                                  // 12
    "b\xf6rse: b\xf6"
    "b\n"                        // 13
    "sales : second\n"           // 14
    "last: without a line end";  // 15

}  // namespace

TEST_CASE("a whole file: every alias with its key, value, recipients and line") {
    const auto file = AliasFile::parse(std::string(whole_file));
    CHECK(file.print() == whole_file);
    CHECK(file.size() == whole_file.size());
    CHECK(file.count() == 8);
    CHECK(pairs(file) == Pairs{{"postmaster", "root"},
                               {"quoted.name", "\"|/usr/bin/prog -a b, c\""},
                               {"owner-list", ":include:/etc/list"},
                               {"list", "/var/mail/archive,   list-out"},
                               {"crlf", "bob\r"},
                               {"b\xf6rse",
                                "b\xf6"
                                "b"},
                               {"sales", "second"},
                               {"last", "without a line end"}});

    const auto list = file.find("LIST");
    REQUIRE(list);
    CHECK(list->name == "list");
    CHECK(list->recipients == Texts{"/var/mail/archive", "list-out"});
    CHECK(list->line == 8);
    CHECK(file.find("crlf")->recipients == Texts{"bob"});
    CHECK(file.find("crlf")->line == 12);
    CHECK(file.find("quoted.name")->name == "\"Quoted.Name\"");
    CHECK(file.find("last")->line == 15);
    CHECK_FALSE(file.find("hidden"));
    CHECK_FALSE(file.find(""));
}

TEST_CASE("of two definitions the last counts, as newaliases stores it, and both lines are told") {
    const auto file = AliasFile::parse(std::string(whole_file));
    CHECK(file.find("sales")->value == "second");
    CHECK(file.find("sales")->line == 14);
    REQUIRE(file.problems().size() == 1);
    CHECK(file.problems()[0].line == 14);
    CHECK(file.problems()[0].other_line == 4);
    CHECK(file.problems()[0].message ==
          "line 14: 'sales' is defined before, in line 4: sendmail uses line 14");

    CHECK(messages("a: 1\nA: 2\nb: x\n\"a\": 3\n") ==
          Texts{"line 2: 'a' is defined before, in line 1: sendmail uses line 4",
                "line 4: 'a' is defined before, in line 1: sendmail uses line 4"});
}

TEST_CASE("what sendmail drops is reported with its line") {
    CHECK(messages(" first: x\n") ==
          Texts{"line 1: it begins with white space and continues nothing: sendmail drops it"});
    CHECK(messages("a: b\n\n  c: d\n") ==
          Texts{"line 2: it begins with white space and continues nothing: sendmail drops it"});
    CHECK(messages("a: b\nno colon\n") == Texts{"line 2: 'no colon' has no colon: sendmail drops it"});
    CHECK(messages("a: b\r\n\r\n") == Texts{"line 2: '\\x0d' has no colon: sendmail drops it"});
    CHECK(messages("a:\nb: \t\n") == Texts{"line 1: 'a' has no recipients: sendmail drops it",
                                           "line 2: 'b' has no recipients: sendmail drops it"});
    CHECK(messages(": x\n") == Texts{"line 1: the name '' is not used: it is empty"});
    CHECK(messages("/f: x\n") ==
          Texts{"line 1: the name '/f' is not used: a program or a file cannot have aliases"});
    CHECK(messages("# c\n\nx: y\na@b.example: x\n") ==
          Texts{"line 4: the name 'a@b.example' is not used: sendmail cannot alias names of other hosts, and "
                "its host is "
                "not known to be local"});
    CHECK(messages("a): x\n") == Texts{"line 1: the name 'a)' is stored as 'a': unbalanced ')'"});
    CHECK(messages(std::string("a") + '\0' + ": b\nc: d\ne: f\n") ==
          Texts{"line 1: it is longer than 8191 octets or holds a NUL: sendmail drops it"});
    CHECK(messages("a: b\n# fine: \\\n").empty());
}

TEST_CASE("a logical line may have 8191 octets with its line end") {
    const std::string fits = "long: " + std::string(8191 - 7, 'x') + "\n";
    CHECK(AliasFile::parse(fits + "next: y\n").count() == 2);
    const std::string longer = "long: " + std::string(8191 - 6, 'x') + "\n";
    const auto file = AliasFile::parse(longer + " continued\nnext: y\n");
    CHECK(pairs(file) == Pairs{{"next", "y"}});
    CHECK(file.find("next")->line == 3);
    REQUIRE(file.problems().size() == 1);
    CHECK(file.problems()[0].message == "line 1: it is longer than 8191 octets: sendmail drops it");
    CHECK(AliasFile::parse(longer.substr(0, longer.size() - 1)).count() == 1);  // 8191 at the end of the file
}

TEST_CASE("what a NUL drops, it drops with the next line") {
    const auto file = AliasFile::parse(std::string("a: b") + '\0' + "c\nlost: x\nkept: y\n");
    CHECK(pairs(file) == Pairs{{"kept", "y"}});
    CHECK(pairs(AliasFile::parse(std::string("a: b") + '\0' + "c")) == Pairs{{"a", "b"}});
}

TEST_CASE("a name with a host counts where the host is local") {
    CHECK(pairs(AliasFile::parse("a@localhost: x\nb@here.example: y\n")) == Pairs{{"a", "x"}});
    CHECK(pairs(AliasFile::parse("a@localhost: x\nb@Here.example: y\n", {"here.example"})) ==
          Pairs{{"a", "x"}, {"b", "y"}});
}

TEST_CASE("a list is sorted by key and begins after a key") {
    const auto file =
        AliasFile::parse("b: 1\nA: 2\nab: 3\nc: 4\nabc: old\nabc: 5\n").with_added("abd", {"6"});
    const auto keys = [&](std::string_view prefix, std::string_view after, std::size_t limit) {
        Texts all;
        for (const auto& entry : file.list(prefix, after, limit)) {
            all.push_back(entry.key + "=" + entry.value);
        }
        return all;
    };
    CHECK(keys("", "", 100) == Texts{"a=2", "ab=3", "abc=5", "abd=6", "b=1", "c=4"});
    CHECK(keys("", "ab", 2) == Texts{"abc=5", "abd=6"});
    CHECK(keys("AB", "", 100) == Texts{"ab=3", "abc=5", "abd=6"});
    CHECK(keys("ab", "abc", 100) == Texts{"abd=6"});
    CHECK(keys("ab", "aaa", 1) == Texts{"ab=3"});
    CHECK(keys("b", "c", 100).empty());
    CHECK(keys("", "", 0).empty());
    CHECK(file.list("abd", "", 1)[0].line == 7);
}

TEST_CASE("an empty file, and files of nothing but odd octets, come back as they are") {
    CHECK(AliasFile().print().empty());
    CHECK(AliasFile().count() == 0);
    CHECK(AliasFile().list("", "", 10).empty());
    std::string octets;
    for (int octet = 0; octet < 256; ++octet) {
        octets += static_cast<char>(octet);
    }
    for (const auto& text :
         {octets, octets + octets, std::string("\\"), std::string("\n\n\\\n"), std::string(20000, ' ')}) {
        CHECK(AliasFile::parse(text).print() == text);
    }
}

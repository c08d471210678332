// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/alias_key.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace mailstack;

namespace {

std::string key(std::string_view name) {
    const auto found = alias_key(std::string(name) + ": x", {"mail.example.test"});
    return found.stored ? found.key : "- " + found.problem;
}

}  // namespace

TEST_CASE("keys are what newaliases stores") {
    const std::vector<std::pair<std::string_view, std::string_view>> told{
        {"Sales", "sales"},
        {"POSTmaster", "postmaster"},
        {"\"Sales.EU\"", "sales.eu"},
        {"\"two words\"", "\"two words\""},
        {"two words", "two.words"},
        {"a@localhost", "a"},
        {"a@LOCALHOST.", "a"},
        {"a@mail.example.test", "a"},
        {"\"a\"@localhost", "a"},
        {"\"a b\"@localhost", "\"a b\""},
        {"\"a@localhost\"", "a"},
        {"a%localhost", "a"},
        {"a (comment)", "a"},
        {"a(comment)b", "a.b"},
        {"People <a>", "a"},
        {"x <y> <z>", "z"},
        {"a;", "a"},
        {"\\a", "\\a"},
        {"\"a\\\"b\"", "a\\\"b"},
        {"\"a\"b", "\"a\"b"},
        {"\"a\".\"b\"", "\"a\".\"b\""},
        {"\"a(b\"", "\"a(b\""},
        {"\"a,b\"", "a,b"},
        {"[a]", "[a]"},
        {"a+b", "a+b"},
        {"a\x01"
         "b",
         "a?b"},
        {"caf\xe9", "caf\xe9"},
    };
    for (const auto& [name, expected] : told) {
        CAPTURE(name);
        CHECK(key(name) == expected);
    }
}

TEST_CASE("names that sendmail rejects, or that only its rules could tell, have no key") {
    CHECK(key("a@elsewhere.example") ==
          "- sendmail cannot alias names of other hosts, and its host is not known to be local");
    CHECK(key("|prog") == "- a program or a file cannot have aliases");
    CHECK(key("\"/file\"") == "- a program or a file cannot have aliases");
    CHECK(key("") == "- it is empty");
    CHECK(key("a\x81") == "- it holds 8-bit characters that sendmail refuses (0x80 to 0x9f, 0xff)");
    CHECK(key(std::string(256, 'x')) == "- it is longer than 255 octets");
    CHECK(key("a@b@localhost") == "- it has two hosts");
    for (const std::string_view name : {"a!b", "<@a:b>", "a,b", "a@", "@a", "\"open"}) {
        CAPTURE(name);
        CHECK(key(name).starts_with("- "));
    }
}

TEST_CASE("what sendmail complains of but stores is told") {
    const auto found = alias_key("a): x", {});
    CHECK(found.stored);
    CHECK(found.key == "a");
    CHECK(found.problem == "unbalanced ')'");
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/yaml_file.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace mailstack;

namespace {

constexpr const char* text =
    "# where mail leaves\n"
    "active: home   # for now\n"
    "\n"
    "relays:\n"
    "  # the provider's\n"
    "  home:\n"
    "    host: smart.example.net\n"
    "    port: 587\n"
    "  # another\n"
    "  work: {host: \"[192.0.2.1]\", port: 25}\n"
    "\n"
    "senders:\n"
    "  \"@example.org\": work\n"
    "# the end\n";

YamlFile parse(const std::string& octets) {
    return YamlFile::parse(octets, {"relays", "senders"});
}

}  // namespace

TEST_CASE("what stands there, in whatever style, with its line") {
    const auto file = parse(text);
    CHECK(file.print() == text);
    CHECK_FALSE(file.problem());
    CHECK(file.setting("active")->value == "home");
    CHECK_FALSE(file.setting("until"));
    const auto relays = file.entries("relays");
    REQUIRE(relays.size() == 2);
    CHECK(relays[0].fields ==
          std::map<std::string, std::string>{{"host", "smart.example.net"}, {"port", "587"}});
    CHECK(relays[0].line == 6);
    CHECK(relays[1].key == "work");
    CHECK(relays[1].fields.at("host") == "[192.0.2.1]");
    CHECK(file.entries("senders")[0].key == "@example.org");
    CHECK(file.entries("senders")[0].value == "work");
}

TEST_CASE("an edit writes its own lines and leaves the rest") {
    const auto file = parse(text);
    CHECK(file.with_setting("active", "work")
              .print()
              .starts_with("# where mail leaves\nactive: work\n\nrelays:\n"));
    CHECK(file.with_setting("until", "17").print().find("active: home   # for now\nuntil: 17\n\nrelays:") !=
          std::string::npos);
    CHECK(file.with_setting("active", "home").print() == text);
    CHECK(file.without_setting("active").print().starts_with("# where mail leaves\n\nrelays:\n"));
    const auto added =
        file.with_entry("relays", {.key = "isp", .fields = {{"host", "[::1]"}, {"port", "26"}}});
    CHECK(added.print().find("port: 25}\n  isp:\n    host: \"[::1]\"\n    port: 26\n\nsenders:") !=
          std::string::npos);
    CHECK(added.without_entry("relays", "isp").print() == text);
    const auto changed = file.with_entry("relays", {.key = "home", .fields = {{"host", "other.example"}}});
    CHECK(changed.print().find("  home:\n    host: other.example\n  # another\n") != std::string::npos);
    CHECK(file.without_entry("relays", "home").print().find("  # the provider's\n  # another\n  work:") !=
          std::string::npos);
    CHECK(file.with_entry("senders", {.key = "bob@example.net", .value = "direct"})
              .print()
              .ends_with("  \"@example.org\": work\n  \"bob@example.net\": direct\n# the end\n"));
    CHECK(file.without_entry("senders", "nobody@example.org").print() == text);
}

TEST_CASE("an empty file, and one without a last newline") {
    CHECK(parse("").with_setting("active", "direct").print() == "active: direct\n");
    CHECK(parse("# hello\n").with_setting("active", "direct").print() == "# hello\nactive: direct\n");
    CHECK(parse("active: a").with_entry("relays", {.key = "b", .fields = {{"port", "1"}}}).print() ==
          "active: a\nrelays:\n  b:\n    port: 1\n");
    CHECK(parse("relays:\n  a:\n    port: 1\n").with_setting("active", "a").print() ==
          "active: a\nrelays:\n  a:\n    port: 1\n");
    CHECK(parse("relays:\n").with_entry("relays", {.key = "b", .value = "null"}).print() ==
          "relays:\n  b: \"null\"\n");
}

TEST_CASE("values that YAML would take for something else come back as they were") {
    for (const std::string value :
         {"null", "~", "true", "12", "0x1f", "@a", "a: b", "# no", "\"q\"", "a\\b", "", " x "}) {
        const auto file = parse("").with_setting("key", value);
        CHECK(file.setting("key")->value == value);
        CHECK(parse(file.print()).setting("key")->value == value);
    }
}

TEST_CASE("what cannot be read or edited is told with its line, and nothing changes") {
    const auto broken = parse("active: home\nrelays: [a\n");
    REQUIRE(broken.problem());
    CHECK(broken.problem()->line >= 2);
    CHECK_FALSE(broken.setting("active"));
    CHECK_THROWS_AS(broken.with_setting("active", "x"), Error);
    CHECK(parse("a: 1\na: 2\n").problem()->line == 2);
    CHECK(parse("relays:\n  a: 1\n  a: 2\n").problem()->line == 3);
    CHECK(parse("relays: 5\n").problem()->line == 1);
    CHECK(parse("- a\n").problem()->line == 1);
    CHECK(parse("active: home\n---\nrelays: {a: 1}\n").problem()->line == 2);
    CHECK(parse("{}{}{}").problem());
    CHECK_FALSE(parse("# a heading\n---\nactive: home\n...\n").problem());
    CHECK(parse("relays:\n  a: {b: [1]}\n").problem()->line == 2);
    const auto braces = parse("relays: {a: {port: 1}, b: {port: 2}}\n");
    CHECK(braces.entries("relays").size() == 2);
    CHECK_THROWS_WITH_AS(braces.without_entry("relays", "a"), doctest::Contains("line 1"), Error);
    CHECK_THROWS_AS(parse("active: \"two\n  lines\"\nx: 1\n").with_setting("active", "x"), Error);
}

TEST_CASE("a value of several lines is a block, read and written") {
    const std::string block =
        "relays:\n  a:\n    host: |\n      one: # 1\n      two\n\n    port: 1\n  # next\n  b: |-  # c\n    "
        "three\n\n  c: x\n";
    const auto file = parse(block);
    REQUIRE_FALSE(file.problem());
    CHECK(file.entries("relays")[0].fields.at("host") == "one: # 1\ntwo\n");
    CHECK(file.entries("relays")[1].value == "three");
    CHECK(file.without_entry("relays", "a").print() ==
          "relays:\n  # next\n  b: |-  # c\n    three\n\n  c: x\n");
    CHECK(file.without_entry("relays", "b").print().find("  # next\n\n  c: x\n") != std::string::npos);
    for (const std::string value :
         {"a\nb\n", "a\n", "a\nb", " a\nb\n", "a\n b\n", "a\n\nb\n", "a\nb\n\n", "\n", "#a\n- b\n",
          "\xff\n\xc3\xa9\n", "a\x01\nb\n", "a \nb\n", "a\r\nb\n"}) {
        CAPTURE(value);
        const auto with = file.with_entry("relays", {.key = "d", .fields = {{"host", value}, {"port", "2"}}});
        CHECK(parse(with.print()).entries("relays").back().fields.at("host") == value);
        CHECK(with.without_entry("relays", "d").print() == block);
        CHECK(parse("").with_setting("key", value).setting("key")->value == value);
    }
    CHECK(file.with_entry("relays", {.key = "d", .value = "a: b\nc\n"})
              .print()
              .ends_with("  d: |\n    a: b\n    c\n"));
}

TEST_CASE("an entry in front of another, and one that is moved") {
    const auto file = parse(text);
    const YamlEntry entry{.key = "isp", .fields = {{"port", "26"}}};
    CHECK(file.with_entry_before("relays", entry, "work")
              .print()
              .find("    port: 587\n  isp:\n    port: 26\n  # another\n  work:") != std::string::npos);
    CHECK(file.with_entry_before("relays", entry, "home")
              .print()
              .find("relays:\n  isp:\n    port: 26\n  # the provider's\n") != std::string::npos);
    CHECK(file.with_entry_before("relays", entry, "nothing").print() ==
          file.with_entry("relays", entry).print());
    CHECK(file.with_entry_moved("relays", "work", "home")
              .print()
              .find("relays:\n  work: {host: \"[192.0.2.1]\", port: 25}\n  # the provider's\n  home:\n") !=
          std::string::npos);
    CHECK(file.with_entry_moved("relays", "home", "")
              .print()
              .find("  # the provider's\n  # another\n  work: {host: \"[192.0.2.1]\", port: 25}\n  home:\n   "
                    " host: "
                    "smart.example.net\n    port: 587\n\nsenders:") != std::string::npos);
    CHECK(file.with_entry_moved("relays", "home", "work").print() == text);
    CHECK(file.with_entry_moved("relays", "none", "work").print() == text);
    CHECK(parse("relays:\n  a: x\n  b: y").with_entry_moved("relays", "b", "a").print() ==
          "relays:\n  b: y\n  a: x\n");
    CHECK_THROWS_AS(parse("relays: {a: x, b: y}\n").with_entry_moved("relays", "b", "a"), Error);
}

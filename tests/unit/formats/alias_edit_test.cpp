// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "formats/alias_file.hpp"
#include "refusal.hpp"

using namespace mailstack;
using test::refusal;
using Texts = std::vector<std::string>;

namespace {

/// Whether the file is what a parser makes of its text.
void check_sound(const AliasFile& file) {
    const auto anew = AliasFile::parse(file.print());
    CHECK(file.count() == anew.count());
    CHECK(file.size() == anew.print().size());
    const auto ours = file.list("", "", file.count() + 1);
    const auto theirs = anew.list("", "", file.count() + 1);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        CHECK(ours[i].key == theirs[i].key);
        CHECK(ours[i].name == theirs[i].name);
        CHECK(ours[i].value == theirs[i].value);
        CHECK(ours[i].line == theirs[i].line);
    }
    REQUIRE(file.problems().size() == anew.problems().size());
    for (std::size_t i = 0; i < anew.problems().size(); ++i) {
        CHECK(file.problems()[i].message == anew.problems()[i].message);
    }
}

}  // namespace

TEST_CASE("an alias is added as a line at the end") {
    const auto file = AliasFile::parse("# c\na: b\n").with_added("Team", {"bob", "|/bin/x"});
    CHECK(file.print() == "# c\na: b\nTeam: bob, |/bin/x\n");
    CHECK(file.find("team")->line == 3);
    CHECK(file.find("team")->recipients == Texts{"bob", "|/bin/x"});
    check_sound(file);
    CHECK(AliasFile().with_added("a", {"b"}).print() == "a: b\n");
}

TEST_CASE("a last line without its line end is completed; one that continues is ended") {
    for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
             {"a: b", "a: b\nn: x\n"},
             {"a: b\\\n", "a: b\\\n\nn: x\n"},
             {"a: b\\", "a: b\\\n\nn: x\n"},
             {"# c\\\n", "# c\\\n\nn: x\n"},
             {"a: b\r\n", "a: b\r\nn: x\r\n"},
             {"a: b\n\n", "a: b\n\nn: x\n"},
         }) {
        CAPTURE(before);
        const auto old = AliasFile::parse(before);
        const auto file = old.with_added("n", {"x"});
        CHECK(file.print() == after);
        CHECK(file.appended_since(old) == after.substr(before.size()));
        CHECK(file.find("n")->recipients == Texts{"x"});
        check_sound(file);
    }
}

TEST_CASE("what cannot be added is refused") {
    const auto file = AliasFile::parse("a: b\n");
    CHECK(refusal(Code::AlreadyExists, [&] { file.with_added("A", {"x"}); }) == "alias 'A' exists: line 1");
    CHECK(refusal(Code::LimitExceeded, [&] { file.with_added("n", {std::string(8188, 'x')}); }) ==
          "the line of alias 'n' would have 8192 octets, sendmail takes 8191 at most: put the recipients "
          "into a file and "
          "use :include:");
    CHECK(file.with_added("n", {std::string(8187, 'x')}).count() == 2);
    CHECK(refusal(Code::InvalidAddress, [&] { file.with_added("n", {"x\nroot: y"}); }) ==
          "alias 'n': it is more than one line");
    CHECK(refusal(Code::InvalidAddress, [&] { file.with_added("n", {"x\\"}); }) ==
          "alias 'n': sendmail would not read 'x\\' as these recipients");
    CHECK(refusal(Code::InvalidAddress, [&] { file.with_added("n", {"x, y"}); }) ==
          "alias 'n': sendmail would not read 'x, y' as these recipients");
    CHECK(refusal(Code::InvalidAddress, [&] {
              file.with_added("n", {"a", "\"x"});
          }) == "alias 'n': recipient '\"x': unbalanced '\"'");
    CHECK(refusal(Code::InvalidAddress, [&] { file.with_added("n", {}); }) ==
          "alias 'n': 'n' has no recipients: sendmail drops it");
    CHECK_FALSE(refusal(Code::InvalidAddress, [&] { file.with_added("a b:", {"x"}); }).empty());
    CHECK(refusal(Code::InvalidAddress, [&] { file.with_added("#n", {"x"}); }) ==
          "alias '#n': it is more than one line");
    CHECK(refusal(Code::NoSuchAlias, [&] { file.with_recipients("x", {"y"}); }) ==
          "alias 'x' does not exist");
    CHECK(refusal(Code::NoSuchAlias, [&] { file.without("x"); }) == "alias 'x' does not exist");
}

TEST_CASE("new recipients change the line of the definition that counts and nothing else") {
    const auto edited = [](std::string_view text, std::string_view key) {
        const auto file = AliasFile::parse(std::string(text)).with_recipients(key, {"x", "y"});
        check_sound(file);
        return file.print();
    };
    CHECK(edited("# c\nA:\t b\n# d\n", "a") == "# c\nA:\t x, y\n# d\n");
    CHECK(edited("a: b\r\nc: d\r\n", "a") == "a: x, y\r\nc: d\r\n");
    CHECK(edited("a: b\nc: d", "c") == "a: b\nc: x, y");
    CHECK(edited("a: b,\n\tc\n# d\n", "a") == "a: x, y\n# d\n");
    CHECK(edited("a: \\\nb\nc: d\n", "a") == "a: x, y\nc: d\n");
    CHECK(edited("a: 1\nb: 2\n\"A\": 3\nc: 4\n", "a") == "a: 1\nb: 2\n\"A\": x, y\nc: 4\n");
    CHECK(edited("\"two words\": b\n", "\"two words\"") == "\"two words\": x, y\n");
    CHECK(edited(std::string("a: b\n#") + '\0' + "\n\nc: d\n", "a") ==
          std::string("a: x, y\n#") + '\0' + "\n\nc: d\n");
}

TEST_CASE("removing an alias removes all its definitions with their continuations and nothing else") {
    const auto removed = [](std::string_view text, std::string_view key) {
        const auto file = AliasFile::parse(std::string(text)).without(key);
        check_sound(file);
        return file.print();
    };
    CHECK(removed("a: b\n", "a").empty());
    CHECK(removed("# c\na: b,\n\tc\n# d\n", "a") == "# c\n# d\n");
    CHECK(removed("a: 1\nb: 2\nA: 3\\\n4\nc: 5", "a") == "b: 2\nc: 5");
    CHECK(removed("a: 1\nb: 2", "b") == "a: 1\n");
    CHECK(AliasFile::parse("a: 1").with_added("b", {"2"}).without("a").print() == "b: 2\n");
}

TEST_CASE(
    "what was appended is told, whatever was folded meanwhile; a change in the middle is no appending") {
    const auto old = AliasFile::parse("a: b\n");
    CHECK(old.appended_since(old) == "");
    auto file = old;
    for (int i = 0; i < 1500; ++i) {
        file = file.with_added("n" + std::to_string(i), {"x"});
    }
    CHECK(file.appended_since(old) == file.print().substr(5));
    const auto folded = file.compacted();
    CHECK(folded.appended_since(file) == "");
    CHECK(folded.with_added("z", {"x"}).appended_since(file) == "z: x\n");
    CHECK(folded.with_added("z", {"x"}).appended_since(folded) == "z: x\n");
    check_sound(folded);
    CHECK_FALSE(old.appended_since(file));
    CHECK_FALSE(AliasFile::parse("a: b\n").appended_since(old));
    CHECK_FALSE(old.with_added("x", {"y"}).appended_since(old.with_added("z", {"y"})));
    CHECK_FALSE(old.with_recipients("a", {"c"}).appended_since(old));
    CHECK(old.with_added("t", {"x"}).without("t").appended_since(old) == "");
    CHECK(old.with_added("t", {"x"}).with_recipients("t", {"y"}).appended_since(old) == "t: y\n");
}

TEST_CASE("many lines are appended at once, and a key that exists gets a later definition") {
    const auto old = AliasFile::parse("a: 1\nb: 2\n");
    const auto file = old.with_appended_text("c: 3\nA: 4\n# d\n");
    CHECK(file.print() == "a: 1\nb: 2\nc: 3\nA: 4\n# d\n");
    CHECK(file.count() == 3);
    CHECK(file.find("a")->value == "4");
    CHECK(file.problems().at(0).message == "line 4: 'a' is defined before, in line 1: sendmail uses line 4");
    check_sound(file);
    check_sound(file.without("a"));
    check_sound(file.with_recipients("a", {"x"}));
    check_sound(old.with_appended_text(" continues b\n"));
    std::string many;
    for (int i = 0; i < 5000; ++i) {
        many += "n" + std::to_string(i * 7919 % 5000) + ": x\n";
    }
    check_sound(file.with_appended_text(many));
    CHECK(file.with_appended_text(many).appended_since(file) == many);
    check_sound(file.with_appended_text(many).with_appended_text(many));
}

TEST_CASE("a long random history of edits leaves what a parser makes of the text") {
    std::mt19937 random(20260101);  // a fixed seed: the same history every time
    auto file = AliasFile::parse("# start\nk0: a\nK1: b,\n c\n\"k2\": d\nno colon\nk0: again");
    for (int step = 0; step < 600; ++step) {
        const auto key = "k" + std::to_string(random() % 40);
        const bool exists = file.find(key).has_value();
        switch (random() % 6) {
            case 0:
                file = exists ? file.without(key) : file;
                break;
            case 1:
                file = exists ? file.with_recipients(key, {"r" + std::to_string(step), "s"}) : file;
                break;
            case 2:
                file = file.with_appended_text("# " + std::to_string(step) + "\n" + key + ": again\n");
                break;
            case 3:
                file = file.compacted();
                break;
            default:
                file = exists ? file : file.with_added(key, {"new" + std::to_string(step)});
        }
        if (step % 20 == 0) {
            check_sound(file);
        }
    }
    check_sound(file);
}

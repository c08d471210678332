// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "formats/table_file.hpp"
#include "refusal.hpp"

using namespace mailstack;
using namespace std::string_literals;
using namespace std::string_view_literals;
using test::refusal;

namespace {

std::string with(std::string_view text, std::string_view key, std::string_view value) {
    const auto file = TableFile::parse(std::string(text)).with(key, value);
    CHECK(file.value(key) == value);
    return file.print();
}

std::string without(std::string_view text, std::string_view key) {
    const auto file = TableFile::parse(std::string(text)).without(key);
    CHECK_FALSE(file.contains(key));
    return file.print();
}

}  // namespace

TEST_CASE("a new key is a line at the end, after completing the last one") {
    CHECK(with("", "a.example", "OK") == "a.example\tOK\n");
    CHECK(with("# c\nb OK\n", "A.example", "OK") == "# c\nb OK\nA.example\tOK\n");
    CHECK(with("b OK", "a", "OK") == "b OK\na\tOK\n");
    CHECK(with("b OK\r\n", "a", "OK") == "b OK\r\na\tOK\n");
    CHECK(with("#", "a", "OK") == "#\na\tOK\n");
    CHECK(with(std::string(1023, 'x'), "a", "OK") == std::string(1023, 'x') + "\na\tOK\n");
}

TEST_CASE("a new value replaces that of the entry that counts, and nothing else") {
    CHECK(with("# c\nKey \t old # remark\nz y\n", "kEY", "new") == "# c\nKey \t new\nz y\n");
    CHECK(with("a 1\nA 2\na 3\n", "a", "4") == "a 4\nA 2\na 3\n");
    CHECK(with("a 1\r\nb 2\r\n", "a", "3") == "a 3\nb 2\r\n");
    CHECK(with("a 1\nb 2", "b", "3") == "a 1\nb 3");
    CHECK(with("a 1\0junk"sv, "a", "2") == "a 2");
    const std::string too_long(1023, 'x');
    CHECK(with(too_long + "key value\nb c\n", "key", "v") == too_long + "key v\nb c\n");
    const auto file = TableFile::parse("a 1  \n");
    CHECK(file.with("A", "1  ").same_as(file));
}

TEST_CASE("every entry of a removed key goes, and nothing else") {
    CHECK(without("a 1\n", "A").empty());
    CHECK(without("# c\na 1\nb 2\nA 3\n# d\na 4", "a") == "# c\nb 2\n# d\n");
    CHECK(without("a 1\nb 2", "b") == "a 1\n");
    const auto file = TableFile::parse("a 1\n");
    CHECK(file.without("x").same_as(file));
    const std::string too_long(1023, 'x');
    CHECK(without(too_long + "key value\nb c\n", "key") == too_long + "b c\n");
    CHECK(TableFile::parse(too_long + "key value\nb c\n").without("key").value("b") == "c");
}

TEST_CASE("many changes are one: of a key that comes twice the last counts, new keys come in order") {
    const auto file = TableFile::parse("# c\na 1\nb 2\nc 3\n");
    const auto edited =
        file.with({{"z", "26"}, {"b", std::nullopt}, {"C", "33"}, {"y", "25"}, {"a", "0"}, {"A", "11"}});
    CHECK(edited.print() == "# c\na 11\nc 33\nz\t26\ny\t25\n");
    CHECK(file.with(std::vector<TableEdit>{}).same_as(file));
    CHECK(file.print() == "# c\na 1\nb 2\nc 3\n");
}

TEST_CASE("what makemap would not read back is refused") {
    const auto file = TableFile::parse("a 1\n");
    const auto no = [&](std::string_view key, std::string_view value) {
        return refusal(Code::InvalidArgument, [&] { file.with(key, value); });
    };
    CHECK(no("", "x") == "the key '': it is empty: a key has at least one character");
    CHECK(no("#k", "x") == "the key '#k': it begins with '#', which begins a comment");
    for (const auto key :
         {"a b"sv, " a"sv, "a\n"sv, "a\tb"sv, "a\r"sv, "a\vb"sv, "a\0b"sv, "x\ny REJECT"sv}) {
        CAPTURE(key);
        CHECK(no(key, "x").ends_with("it holds white space, a line end or a NUL, which end the key"));
    }
    CHECK(no("k", "") == "the value '' of 'k': it is empty: makemap would drop the line");
    for (const auto value : {" x"sv, "\tx"sv, "\r"sv}) {
        CAPTURE(value);
        CHECK(no("k", value).ends_with("it begins with white space, which makemap drops"));
    }
    for (const auto value : {"x\ny RELAY"sv, "x\n"sv, "x\0"sv, "a\0b"sv}) {
        CAPTURE(value);
        CHECK(no("k", value).ends_with("it holds a line end or a NUL, which end the value"));
        CHECK(no("a", value).ends_with("it holds a line end or a NUL, which end the value"));
    }
    CHECK(refusal(Code::LimitExceeded, [&] { file.with("k", std::string(1021, 'x')); }) ==
          "the line of 'k' would have 1023 octets, makemap takes 1022 at most");
    CHECK(file.with("k", std::string(1020, 'x')).count() == 2);
    CHECK_FALSE(refusal(Code::LimitExceeded, [&] { file.with("a", std::string(1021, 'x')); }).empty());
    CHECK(file.with("a", std::string(1020, 'x')).count() == 1);
    CHECK(refusal(Code::Unsupported, [] { TableFile::parse("a 1\nb 2\0x"s).with("c", "3"); }) ==
          "line 2, the last one, holds a NUL: makemap would drop it once a line follows; take the NUL out of "
          "it");
    CHECK(TableFile::parse("a 1\nb 2\0x"s).with("a", "3").value("b") == "2");
    CHECK(TableFile::parse("a 1\nb 2\0x"s).with({{"b", std::nullopt}, {"c", "3"}}).print() == "a 1\nc\t3\n");
}

TEST_CASE("what was appended is told; a change in the middle is no appending") {
    const auto old = TableFile::parse("a 1");
    const auto more = old.with("b", "2");
    CHECK(old.appended_since(old) == "");
    CHECK(more.appended_since(old) == "\nb\t2\n");
    CHECK(more.with({{"c", "3"}, {"d", "4"}}).appended_since(more) == "c\t3\nd\t4\n");
    CHECK_FALSE(old.appended_since(more));
    CHECK_FALSE(more.with("a", "3").appended_since(old));
    CHECK_FALSE(old.same_as(more));
    CHECK(TableFile::parse("a 1").same_as(old));
}

TEST_CASE("a long random history of edits does what it would do to a map") {
    std::mt19937 random(20260101);  // a fixed seed: the same history every time
    auto file = TableFile::parse("# start\nk0 a\nK1\tb # c\n k2 d\nk0 again\nno-value\nk3 e");
    std::map<std::string, std::string> model{{"k0", "a"}, {"k1", "b # c"}, {"k3", "e"}};
    for (int step = 0; step < 1500; ++step) {
        const auto key = "k" + std::to_string(random() % 40);
        if (random() % 3 == 0) {
            file = file.without(key);
            model.erase(key);
        } else {
            const auto value = "v" + std::string(random() % 30, 'x') + std::to_string(step);
            file = file.with(key, value);
            model[key] = value;
        }
        std::map<std::string, std::string> stored;
        file.each([&](std::string_view k, std::string_view v) { CHECK(stored.emplace(k, v).second); });
        REQUIRE(stored == model);
    }
    CHECK(file.print().starts_with("# start\n"));
    CHECK(file.print().find("\n k2 d\n") != std::string::npos);
    CHECK(file.print().find("no-value\n") != std::string::npos);
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/word_list.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

using namespace mailstack;
using namespace std::string_literals;
using namespace std::string_view_literals;
using Texts = std::vector<std::string>;

namespace {

Texts words(std::string_view text) {
    const auto list = WordList::parse(std::string(text));
    CHECK(list.print() == text);
    return list.words();
}

Texts messages(std::string_view text) {
    Texts all;
    for (const auto& problem : WordList::parse(std::string(text)).problems()) {
        all.push_back(problem.message);
    }
    return all;
}

std::string with(std::string_view text, std::string_view word) {
    const auto list = WordList::parse(std::string(text)).with(word);
    CHECK(list.contains(word));
    return list.print();
}

std::string without(std::string_view text, std::string_view word) {
    const auto before = WordList::parse(std::string(text));
    const auto list = before.without(word);
    CHECK_FALSE(list.contains(word));
    auto others = before.words();
    std::erase(others, word);
    CHECK(list.words() == others);
    return list.print();
}

Code code_of(std::string_view word) {
    try {
        WordList().with(word);
    } catch (const Error& error) {
        return error.code();
    }
    return Code::Internal;
}

}  // namespace

TEST_CASE("the words that sendmail takes: several on a line, comments anywhere, folded, each once") {
    CHECK(words("# mine\nExample.org mail.example.org # both\n\n \tlead.example\v\fvt.example\r\n"
                "half#comment\nx\\y\n  # nothing\nEXAMPLE.ORG\nlast.example") ==
          Texts{"example.org", "mail.example.org", "lead.example", "vt.example", "half", "x\\y",
                "last.example"});
    CHECK(words("a\0b c\nd\n"sv) == Texts{"a", "d"});
    CHECK(words("\x93w x \xc9T\n") == Texts{"x", "\xc9t"});
    CHECK(words("").empty());
    CHECK(WordList::parse("Example.org\n").contains("EXAMPLE.org"));
    CHECK_FALSE(WordList::parse("example.org.uk\n").contains("example.org"));
    CHECK_FALSE(WordList::parse("# example.org\n").contains("example.org"));
}

TEST_CASE("a long line is cut into pieces, and so are its words and comments") {
    const auto x = [](std::size_t n) { return std::string(n, 'x'); };
    CHECK(words(x(2040) + " bbbbbb cc\n") == Texts{x(2040), "bbbbbb", "cc"});
    CHECK(words(x(2040) + " bbbbbbbb cc\n") == Texts{x(2040), "bbbbbb", "bb", "cc"});
    CHECK(words("# " + x(2045) + "back # there\nnext\n") == Texts{"back", "next"});
    CHECK(
        messages("a\n" + x(2048) + "\n") ==
        Texts{"line 2: it is longer than 2046 octets: sendmail cuts it into pieces, words and comments too"});
}

TEST_CASE("a word is added as a line, once") {
    CHECK(with("", "Example.org") == "Example.org\n");
    CHECK(with("a\n", "b") == "a\nb\n");
    CHECK(with("a", "b") == "a\nb\n");
    CHECK(with("a # c", "c") == "a # c\nc\n");
    CHECK(with("B.example # c\n", "b.EXAMPLE") == "B.example # c\n");
    const auto list = WordList::parse("a");
    CHECK(list.with("b").appended_since(list) == "\nb\n");
    CHECK(list.with("A").same_as(list));
    CHECK_FALSE(list.appended_since(list.with("b")));
}

TEST_CASE("what is not one word is refused") {
    for (const auto word : {""sv, "a b"sv, "a\n"sv, "\na"sv, "a\nb"sv, "#a"sv, "a#b"sv, "a\0"sv, "a\0b"sv,
                            " a"sv, "a\r"sv, "\x93w"sv}) {
        CAPTURE(word);
        CHECK(code_of(word) == Code::InvalidArgument);
    }
    CHECK(code_of(std::string(2047, 'x')) == Code::LimitExceeded);
    CHECK(WordList().with(std::string(2046, 'x')).words().size() == 1);
}

TEST_CASE("a removed word takes its line along where it is alone there, and nothing else") {
    CHECK(without("# c\na\nb # of b\nc\n", "b") == "# c\na\nc\n");
    CHECK(without("a\nb", "b") == "a\n");
    CHECK(without(" a  b\tc # d\n", "a") == " b\tc # d\n");
    CHECK(without(" a  b\tc # d\n", "b") == " a\tc # d\n");
    CHECK(without(" a  b\tc # d\n", "c") == " a  b # d\n");
    CHECK(without("a b\r\n", "b") == "a\r\n");
    CHECK(without("a b#c\n", "b") == "a#c\n");
    CHECK(without("a b a\nA\na c", "a") == "b\nc");
    CHECK(without("a a\nb\n", "a") == "b\n");
    const auto list = WordList::parse("a\n");
    CHECK(list.without("b").same_as(list));
    const std::string x(2040, 'x');
    CHECK(without(x + " bbb cccccccc dd\n", "bbb") == x + "     cccccccc dd\n");
    CHECK(without("a" + x + " bbb cccccccc dd\n", "dd") == "a" + x + " bbb cccccccc   \n");
}

TEST_CASE("problems are told with their lines") {
    CHECK(messages("a\nb A\n\0\n\x93w\n"s) ==
          Texts{"line 2: 'A' is in line 1 already", "line 3: it holds a NUL: sendmail reads nothing after it",
                "line 4: '\\x93w' begins with 0x93: sendmail takes it for a class's name"});
    CHECK(WordList::parse("x\na a\n").problems().at(0).other_line == 2);
    CHECK(messages("a\n# a\nb\r\n").empty());
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/condition.hpp"

#include <doctest/doctest.h>

#include "refusal.hpp"

using namespace mailstack;
using mailstack::test::check_refusal;

TEST_CASE("every kind of condition, and the one way to write it") {
    for (const std::string text :
         {"header Subject contains [x] $HOME ^TO_", "header X-Spam equals yes",
          "header Subject matches ^(a|b)+\\[$", "header X_Y exists", "sender contains boss",
          "sender equals a@b.example", "recipient matches ^x", "recipient contains +lists@",
          "list equals debian-user.lists.debian.org", "body contains caf\xc3\xa9 \xff",
          "body matches \\<x\\>", "size over 0", "size under 1000000", "program /usr/bin/test -e /x",
          "not header X exists", "not program /bin/false", "header not exists",
          "header X contains contains"}) {
        CAPTURE(text);
        CHECK(Condition(text).text() == text);
        CHECK(Condition(Condition(text).text()) == Condition(text));
    }
    const Condition one("  not   header  X-A   contains   a  b  ");
    CHECK(one.negated());
    CHECK(one.kind() == Condition::Kind::Header);
    CHECK(one.header_name() == "X-A");
    CHECK(one.relation() == Condition::Relation::Contains);
    CHECK(one.value() == "a  b");
    CHECK(Condition("size under 007").octets() == 7);
    CHECK(Condition("program /bin/x").needs_program());
    CHECK_FALSE(one.needs_program());
}

TEST_CASE("what is no condition is refused in words that help") {
    const auto refused = [](const std::string& text, std::string_view words) {
        CAPTURE(text);
        CHECK_THROWS_AS(Condition{text}, Error);
        check_refusal(Code::InvalidArgument, {words}, [&] { return Condition(text); });
    };
    refused("", "begins with ''");
    refused("not", "begins with ''");
    refused("not not header X exists", "begins with 'not'");
    refused("subject contains x", "begins with 'subject'");
    refused("header", "name of a header field");
    refused("header X: contains y", "without a colon");
    refused("header X", "contains, equals or matches");
    refused("header X is y", "'is' behind 'X'");
    refused("header X contains", "no value");
    refused("header X exists y", "takes no value");
    refused("sender exists", "contains, equals or matches");
    refused("body equals x", "contains or matches");
    refused("size over", "no value");
    refused("size over 1k", "'1k'");
    refused("size over -1", "decimal");
    refused("size over 99999999999999999999", "2^40");
    refused("size contains 1", "over or under");
    refused("program x", "absolute");
    refused("program", "absolute");
    refused("header X contains a\nb", "control character");
    refused("header X contains a\tb", "control character");
    refused(std::string("header X contains a\0b", 21), "control character");
    check_refusal(Code::LimitExceeded, {"at most 1000"},
                  [] { return Condition("body contains " + std::string(1000, 'x')); });
}

TEST_CASE("expressions that would look beyond the value, or that procmail does not take, are refused") {
    const auto refused = [](const std::string& expression, std::string_view words) {
        CAPTURE(expression);
        CHECK_THROWS_AS(Condition{"header X matches " + expression}, Error);
        check_refusal(Code::InvalidExpression, {words},
                      [&] { return Condition("header X matches " + expression); });
    };
    refused("(a", "\"(\" without");
    refused("a)", "\")\" without");
    refused("[a", "\"[\" without");
    refused("[]", "\"[\" without");
    refused("[^]", "\"[\" without");
    refused("a\\", "ends with a backslash");
    refused("^^a", "\"^^\"");
    refused("a^^", "\"^^\"");
    refused("a|^b", "\"^\" at its character 3");
    refused("a$|b", "\"$\" at its character 2");
    refused("\\/x", "takes a part");
    refused("*a", "nothing to repeat");
    refused("a**", "nothing to repeat");
    refused("(+a)", "nothing to repeat");
    refused("a|?", "nothing to repeat");
    for (const std::string endless : {"(a*)*", "(a?)+", "((a*|b))+x", "(a|b?c*)*", "(b(a*)?)?(\\<?)*"}) {
        refused(endless, "what may be nothing");
    }
    for (const std::string dies : {"()", "(|a)", "(a|)", "(a||b)", "|a", "a|", "^|a", "a|$", "((a)|)*",
                                   "( a*)?(|().?a*)(|)i*", "(i*b?i*|| ?)((|)|)(|)(|)  ?"}) {
        refused(dies, "empty alternative");
    }
    refused("(((((((((a)))))))))", "8 deep");
    for (const std::string taken : {"^a$", "[]a]", "[^]a]", "[$^(]", "\\^\\$", "a\\\\", "(a)", "(a*b)*",
                                    "(a*b|c)+", "(b(a*)c?)?", "^$", "\\<a\\>", "a]"}) {
        CAPTURE(taken);
        CHECK(Condition("not body matches " + taken).value() == taken);
    }
}

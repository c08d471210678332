// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_value.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "refusal.hpp"

using namespace mailstack;

namespace {

template <typename Type>
std::string refusal(const std::string& text) {
    return test::refusal(Code::InvalidArgument, [&] { return Type(text); });
}

std::string refused_equates(const std::vector<std::pair<std::string, McValue>>& pairs) {
    return test::refusal(Code::InvalidArgument, [&] { return McValue::equates(pairs); });
}

}  // namespace

TEST_CASE("an m4 value is what m4 passes on as it is") {
    for (const std::string good :
         {"", "LOGIN PLAIN", "A p y", "hash -o -T<TMPF> /etc/mail/access", "$j Sendmail $v/$Z; $b", "define",
          "dnlx", "x_dnl", "${client_addr}", "a\"b\"", "[127.0.0.1]", "conf", "/etc/mail"}) {
        CAPTURE(good);
        CHECK(refusal<McValue>(good).empty());
        CHECK((McValue(good).text() == good));
    }
    const std::vector<std::pair<std::string, std::string>> bad{
        {"a`b", "holds `"},
        {"a'b", "holds '"},
        {"a(b", "holds ("},
        {"a)b", "holds )"},
        {"a,b", "holds ,"},
        {"a # b", "holds #"},
        {"a\nb", "holds a newline"},
        {std::string("a\0b", 3), "holds a newline"},
        {"\xc3\xa4", "a byte above 126"},
        {"dnl", "holds the word 'dnl'"},
        {"a/dnl-b", "holds the word 'dnl'"},
        {"9dnl", "holds the word 'dnl'"},
        {"/etc/lower/x", "holds the word 'lower'"},
        {"divert", "holds the word 'divert'"},
        {"x FEATURE", "holds the word 'FEATURE'"},
        {"confLOG_LEVEL", "holds the word 'confLOG_LEVEL'"},
        {"_ARG_", "holds the word '_ARG_'"},
        {"a$1", "holds $1"},
        {"$*", "holds $*"},
        {std::string(1001, 'x'), "longer than 1000"},
    };
    for (const auto& [text, why] : bad) {
        CAPTURE(text);
        CHECK(refusal<McValue>(text).find(why) != std::string::npos);
    }
    CHECK(refusal<McValue>("a`b") ==
          "the value 'a`b' holds `: back-quotes, apostrophes, parentheses, commas and # "
          "cannot be written into sendmail.mc safely");
}

TEST_CASE("an m4 name is a word that is not m4's own") {
    for (const std::string good : {"confLOG_LEVEL", "_FFR_X", "use_cw_file", "local", "FEATURE", "dnlx"}) {
        CHECK(refusal<McName>(good).empty());
    }
    for (const std::string bad : {"", "1a", "a-b", "a b", "a`", "define", "dnl", "divert", "a\n", "\xe4"}) {
        CAPTURE(bad);
        CHECK(refusal<McName>(bad).find("the name '") == 0);
    }
    CHECK_FALSE(refusal<McName>(std::string(101, 'a')).empty());
}

TEST_CASE("commas in m4 values are mailstack's own") {
    CHECK(McValue::list({}).text().empty());
    CHECK(McValue::list({McValue("goaway"), McValue("noexpn")}).text() == "goaway,noexpn");
    CHECK_THROWS_AS(McValue::list({McValue("")}), Error);
    CHECK_THROWS_AS(McValue::list({McValue(" a")}), Error);
    CHECK_THROWS_AS(McValue::list({McValue::list({McValue("a"), McValue("b")})}), Error);
    CHECK(McValue::equates({{"Name", McValue("MTA")}, {"Port", McValue("25")}}).text() ==
          "Name=MTA, Port=25");
    CHECK(refused_equates({}).find("is empty") != std::string::npos);
    CHECK(refused_equates({{"Na me", McValue("x")}}).find("the key 'Na me'") == 0);
    CHECK(refused_equates({{"N", McValue("x")}, {"N", McValue("y")}}).find("the key 'N'") == 0);
    CHECK(refused_equates({{"dnl", McValue("x")}}).find("holds the word 'dnl'") != std::string::npos);
    CHECK(refused_equates({{"N", McValue("")}}).find("is empty") != std::string::npos);
    CHECK(refused_equates({{"N", McValue::list({McValue("a"), McValue("b")})}}).find("is a list") !=
          std::string::npos);
}

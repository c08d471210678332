// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/alias.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "refusal.hpp"

using namespace mailstack;

namespace {

template <typename Value>
std::string refusal(std::string_view text) {
    return test::refusal(Code::InvalidAddress, [&] { return Value(text); });
}

bool is_system(std::string_view name) {
    return is_system_name(AliasName(name), [](const std::string& account) { return account == "alice"; });
}

}  // namespace

TEST_CASE("the key of a name is folded and has no quotes") {
    CHECK(AliasName("Sales.Team+eu").text() == "Sales.Team+eu");
    CHECK(AliasName("Sales.Team+eu").key() == "sales.team+eu");
    CHECK(AliasName("\"Root\"").key() == "root");
    CHECK(AliasName("\"Root\"").text() == "\"Root\"");
    CHECK(AliasName(std::string(255, 'x')).key() == std::string(255, 'x'));
}

TEST_CASE("a name that sendmail would read otherwise is refused, and the message says what would be right") {
    CHECK(refusal<AliasName>("") == "alias name '': it is empty: a name has at least one character");
    CHECK(refusal<AliasName>("\"\"") == "alias name '\"\"': it is empty: a name has at least one character");
    CHECK(refusal<AliasName>("root@localhost") ==
          "alias name 'root@localhost': a name has no '@': write the part before it, every local domain "
          "shares it");
    CHECK(refusal<AliasName>("a:b") ==
          "alias name 'a:b': a name has no ':': it ends the name in the alias file");
    CHECK(refusal<AliasName>("a\nroot: x") == "alias name 'a\\x0aroot: x': a name is one line");
    CHECK(refusal<AliasName>("a b") == "alias name 'a b': a name has no white space");
    CHECK(refusal<AliasName>("|prog") ==
          "alias name '|prog': it begins with '|', which sendmail takes for a comment, "
          "a file or a program: begin with a letter or a digit");
    CHECK(
        refusal<AliasName>(std::string(256, 'x')).ends_with("it has 256 octets, sendmail takes 255 at most"));
    for (const std::string_view name : {"#a",          "/a",
                                        "\"/a\"",      "\"|a\"",
                                        "a%b",         "a!b",
                                        "a,b",         "a;b",
                                        "a<b",         "a>b",
                                        "a(b",         "a)b",
                                        "a[b",         "a]b",
                                        "a\\b",        "\\a",
                                        "a\"b",        "\"a",
                                        "a\"",         "\"a\"b",
                                        "\"a b\"",     "\"root@localhost\"",
                                        " a",          "a ",
                                        "a\t",         "a\r",
                                        "caf\xc3\xa9", "a\x7f",
                                        "a\x01"}) {
        CAPTURE(name);
        CHECK_FALSE(refusal<AliasName>(name).empty());
    }
    CHECK_FALSE(refusal<AliasName>(std::string_view("a\0b", 3)).empty());
}

TEST_CASE("names whose mail is somebody's already are system names, however they are written") {
    for (const std::string_view name :
         {"root",           "ROOT",          "\"root\"",   "root+x",       "root+*",     "+x",
          "root.",          ".root",         "ro..ot",     "postmaster",   "Postmaster", "mailer-daemon",
          "abuse",          "security",      "hostmaster", "webmaster",    "info",       "sales",
          "admin",          "administrator", "owner-list", "Owner-list",   "list-owner", "list-request",
          "list-request+x", "alice",         "Alice",      "alice+detail", "\"alice\"",  "\"nobodys\"",
          "owner-owner"}) {
        CAPTURE(name);
        CHECK(is_system(name));
    }
    for (const std::string_view name :
         {"team", "team+x", "first.last", "alicia", "rooty", "requests", "ownership"}) {
        CAPTURE(name);
        CHECK_FALSE(is_system(name));
    }
}

TEST_CASE("plain recipients are one address and nothing else") {
    for (const std::string_view text : {"bob", "\\bob", "bob@example.org", "first.last+x@a-b.example",
                                        "o'brien@x.org", "\\bob@localhost", "BOB@EXAMPLE.ORG", "a_b=c@x"}) {
        CAPTURE(text);
        CHECK(Recipient(text).plain());
        CHECK(Recipient(text).text() == text);
    }
    for (const std::string_view text : {"|/bin/id",
                                        "\"|/bin/id -a, b\"",
                                        "/tmp/x",
                                        ":include:/tmp/x",
                                        ":INCLUDE:/tmp/x",
                                        "(c)|/bin/id",
                                        "<|/bin/id>",
                                        "foo <\"|/bin/id\">",
                                        "\"|/bin/id\"@localhost",
                                        "\"|\"/bin/id",
                                        "<@localhost:|/bin/id>",
                                        "/tmp/x@localhost",
                                        "\\|x",
                                        "\\/x",
                                        "\"bob\"",
                                        "bob (Bob)",
                                        "Bob <bob>",
                                        "bob@[127.0.0.1]",
                                        "bob@x.",
                                        "bob@.x",
                                        "bob@x..y",
                                        "bob@",
                                        "@x",
                                        "bob@-x",
                                        "bob@x-",
                                        "bob@x_y",
                                        "a..b",
                                        ".a",
                                        "a.",
                                        "-oQ/x",
                                        "\\-x",
                                        "a|b",
                                        "a/b",
                                        "a`b",
                                        "a{b}",
                                        "a%b",
                                        "a!b",
                                        "bob@x@y",
                                        "a;",
                                        "a:b",
                                        "\\\\bob",
                                        "\"a\\\"b\"",
                                        "(a \\) b) c",
                                        "a#b"}) {
        CAPTURE(text);
        CHECK_FALSE(Recipient(text).plain());
    }
}

TEST_CASE("a recipient that is not sound as one element of a list is refused with the reason") {
    CHECK(refusal<Recipient>("") == "recipient '': it is empty: a recipient has at least one character");
    CHECK(refusal<Recipient>("alice, |/bin/id") ==
          "recipient 'alice, |/bin/id': a comma separates recipients: pass each one alone, or put it within "
          "quotes");
    CHECK(refusal<Recipient>("a\\,b").find("a comma separates") != std::string::npos);
    CHECK(refusal<Recipient>("<@a,@b:c>").find("a comma separates") != std::string::npos);
    CHECK(refusal<Recipient>("\"|prog") == "recipient '\"|prog': a '\"' is not closed");
    CHECK(refusal<Recipient>("\"a\\\"") == "recipient '\"a\\\"': a '\"' is not closed");
    CHECK(refusal<Recipient>("bob (x") == "recipient 'bob (x': a '(' is not closed");
    CHECK(refusal<Recipient>("bob )") == "recipient 'bob )': a ')' has no '('");
    CHECK(refusal<Recipient>("<bob") == "recipient '<bob': a '<' is not closed");
    CHECK(refusal<Recipient>("bob>") == "recipient 'bob>': a '>' has no '<'");
    CHECK(refusal<Recipient>("bob\\") == "recipient 'bob\\': it ends with a backslash");
    CHECK(refusal<Recipient>("(\\)\\") == "recipient '(\\)\\': it ends with a backslash");
    CHECK(refusal<Recipient>("()") == "recipient '()': there is no address in it");
    CHECK(refusal<Recipient>("<>") == "recipient '<>': there is no address in it");
    CHECK(refusal<Recipient>(" bob") == "recipient ' bob': it begins or ends with white space");
    CHECK(refusal<Recipient>(std::string(256, 'x')).find("it has 256 octets, sendmail takes 255") !=
          std::string::npos);
    CHECK(Recipient(std::string(255, 'x')).plain());
    for (const std::string_view text : {"bob\n", "a\nroot: |x", "a\rb", "\"a\tb\"", "a\x7f",
                                        "b\xc3\xb6"
                                        "b",
                                        "a\x1b"}) {
        CAPTURE(text);
        CHECK(refusal<Recipient>(text).find("only printable ASCII") != std::string::npos);
    }
    CHECK(refusal<Recipient>(std::string_view("a\0b", 3)).find("only printable ASCII") != std::string::npos);
}

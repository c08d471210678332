// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/recipe.hpp"

#include <doctest/doctest.h>

#include "model/account_name.hpp"
#include "model/delivery.hpp"
#include "refusal.hpp"

using namespace mailstack;
using mailstack::test::check_refusal;

namespace {

Recipe recipe(const std::vector<std::string>& conditions, const std::string& action,
              const std::string& then = "") {
    return Recipe::parse("one", "", conditions, action, then);
}

}  // namespace

TEST_CASE("a recipe of its words, and what it leaves out") {
    const auto full = Recipe::parse("big-1", "any", {"size over 0100", "not sender contains boss"},
                                    " forward  a@b.example   c ", "continue");
    CHECK(full.name().text() == "big-1");
    CHECK(full.match() == Match::Any);
    CHECK(full.then() == Then::Continue);
    CHECK(full.conditions()[0].text() == "size over 100");
    CHECK(text_of(full.action()) == "forward a@b.example c");
    CHECK(std::get<Forward>(full.action()).addresses.size() == 2);
    const auto plain = recipe({}, "folder Lists/debian");
    CHECK(plain.match() == Match::All);
    CHECK(plain.then() == Then::Stop);
    CHECK(std::get<ToFolder>(plain.action()).parts == std::vector<std::string>{"Lists", "debian"});
    CHECK(plain == recipe({}, "folder Lists/debian"));
    CHECK_FALSE(plain == recipe({}, "folder Lists/debian", "continue"));
    CHECK_FALSE(plain.needs_program());
    CHECK(recipe({"program /bin/true"}, "keep").needs_program());
    CHECK(recipe({}, "pipe /usr/bin/x -a b=c").needs_program());
    for (const std::string action :
         {"folder A", "keep", "forward o'brien+x@b.example", "discard", "pipe /bin/x y"}) {
        CHECK(text_of(recipe({"header X exists"}, action).action()) == action);
        CHECK(word(recipe_action(action)) == action.substr(0, action.find(' ')));
    }
}

TEST_CASE("what is no recipe is refused in words that help") {
    check_refusal(Code::InvalidArgument, {"'-x'", "letter or digit first"}, [] { return RecipeName("-x"); });
    for (const std::string name : {"", "Upper", "a b", "a/b", "a\nb", "123456789012345678901234567890123"}) {
        check_refusal(Code::InvalidArgument, {"no name of a recipe"}, [&] { return RecipeName(name); });
    }
    check_refusal(Code::InvalidArgument, {"'delivery'"}, [] { return RecipeName("delivery"); });
    check_refusal(Code::InvalidArgument, {"'some'", "\"all\" or \"any\""},
                  [] { return Recipe::parse("a", "some", {}, "keep", ""); });
    check_refusal(Code::InvalidArgument, {"'go'", "\"stop\" or \"continue\""},
                  [] { return Recipe::parse("a", "", {}, "keep", "go"); });
    check_refusal(Code::InvalidArgument, {"every message", "condition"},
                  [] { return recipe({}, "discard"); });
    check_refusal(Code::InvalidArgument, {"does nothing"},
                  [] { return recipe({"header X exists"}, "discard", "continue"); });
    check_refusal(Code::LimitExceeded, {"33 conditions", "32"},
                  [] { return recipe(std::vector<std::string>(33, "header X exists"), "keep"); });
    check_refusal(Code::InvalidArgument, {"'drop'", "folder NAME"}, [] { return recipe_action("drop"); });
    check_refusal(Code::InvalidArgument, {"stands alone"}, [] { return recipe_action("keep it"); });
    for (const std::string name :
         {"", "/a", "a//b", "a/", "a.b", "..", "a/../b", "a b", "$x", "a\nb", "a\"b"}) {
        check_refusal(Code::InvalidArgument, {"has the part"},
                      [&] { return recipe_action("folder " + name); });
    }
    check_refusal(Code::InvalidArgument, {"'cur'", "Maildir"}, [] { return recipe_action("folder a/cur"); });
    check_refusal(Code::InvalidArgument, {"8 parts"},
                  [] { return recipe_action("folder 1/2/3/4/5/6/7/8/9"); });
    check_refusal(Code::InvalidArgument, {"200 octets"},
                  [] { return recipe_action("folder " + std::string(201, 'a')); });
    check_refusal(Code::InvalidArgument, {"needs an address"}, [] { return recipe_action("forward"); });
    check_refusal(Code::LimitExceeded, {"at most 10"},
                  [] { return recipe_action("forward a b c d e f g h i j k"); });
    for (const std::string to :
         {"|/bin/id", "-oQ/tmp", "/tmp/x", ":include:/x", "\\root", "<a@b>", "a!b", "\"a\"@b"}) {
        check_refusal(Code::InvalidAddress, {}, [&] { return recipe_action("forward " + to); });
        CHECK_THROWS_AS(recipe_action("forward " + to), Error);
    }
    for (const std::string line : {"", "x", "bin/x", "/bin/x | y", "/bin/x $HOME", "/bin/x `id`", "/bin/x  y",
                                   "/bin/x;y", "/bin/x 'a'", "/bin/x\ty", "/bin/"}) {
        check_refusal(Code::InvalidArgument, {"the program"}, [&] { return recipe_action("pipe " + line); });
        CHECK_THROWS_AS(recipe_action("pipe " + line), Error);
    }
    CHECK(text_of(recipe_action("pipe /" + std::string(999, 'x'))).size() == 1005);
    check_refusal(Code::LimitExceeded, {"1001 octets", "at most 1000"},
                  [] { return recipe_action("pipe /" + std::string(1000, 'x')); });
}

TEST_CASE("the names of accounts and of formats") {
    for (const std::string name : {"alice", "_mailstack", "a.b-c_d", "Bob", "1"}) {
        CHECK(AccountName(name).text() == name);
    }
    for (const std::string name : {"", ".", "..", "a..b", "-a", ".a", "a/b", "a b", "a\n", "a$", "\xc3\xa9",
                                   "123456789012345678901234567890123"}) {
        check_refusal(Code::InvalidArgument, {"no name of an account"}, [&] { return AccountName{name}; });
        CHECK_THROWS_AS(AccountName{name}, Error);
    }
    for (const Delivery one : {Delivery::Unset, Delivery::Maildir, Delivery::Mbox}) {
        CHECK(delivery_of(word(one)) == one);
    }
    check_refusal(Code::InvalidArgument, {"'Maildir'", "\"maildir\""}, [] { return delivery_of("Maildir"); });
}

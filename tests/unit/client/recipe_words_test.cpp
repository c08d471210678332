// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recipe_words.hpp"

#include <doctest/doctest.h>

using namespace mailstack::client;

TEST_CASE("a size is octets, or so many times 1,024 of them") {
    CHECK(octets_of("0") == 0);
    CHECK(octets_of("1000000") == 1000000);
    CHECK(octets_of("500K") == 512000);
    CHECK(octets_of("10m") == 10485760);
    CHECK(octets_of("18446744073709551615") == 18446744073709551615ULL);
    for (const auto* wrong :
         {"", "K", "10G", "10MB", "1.5M", "-1", " 1", "1 ", "18446744073709551616", "18014398509481984K"}) {
        CAPTURE(wrong);
        CHECK_FALSE(octets_of(wrong));
    }
}

TEST_CASE("a header field is named alone or with a text") {
    CHECK(header_condition("X-Spam-Flag:yes") == "header X-Spam-Flag contains yes");
    CHECK(header_condition("X-Spam-Flag: yes, it is: spam") ==
          "header X-Spam-Flag contains yes, it is: spam");
    CHECK(header_condition("List-Id") == "header List-Id exists");
    for (const auto* wrong : {"", ":", ":x", "X:", "X: ", "X Y:z", "X\nY", "caf\xc3\xa9"}) {
        CAPTURE(wrong);
        CHECK_FALSE(header_condition(wrong));
    }
}

TEST_CASE("a condition is negated once") {
    CHECK(negated("list contains x") == "not list contains x");
    CHECK(negated("not list contains x") == "list contains x");
    CHECK(negated("nothing") == "not nothing");
}

TEST_CASE("a name tells what the recipe does") {
    const auto name = [](const char* action, std::vector<std::string> conditions) {
        return made_name({.name = "", .conditions = std::move(conditions), .action = action}, {});
    };
    CHECK(name("folder Lists/debian", {"list contains debian-user"}) == "lists-debian");
    CHECK(name("folder A--b//C", {}) == "a-b-c");
    CHECK(name("forward Bob@example.com alice", {}) == "forward-bob");
    CHECK(name("pipe /usr/bin/intake --queue x", {}) == "intake");
    CHECK(name("keep", {"sender contains boss@example.com"}) == "keep-boss-example.com");
    CHECK(name("keep", {}) == "keep");
    CHECK(name("discard", {"not header Subject contains Buy this now"}) == "discard-buy-this-now");
    CHECK(name("discard", {"header X-Spam exists"}) == "discard-x-spam");
    CHECK(name("discard", {"size over 1000"}) == "discard-over-1000");
    CHECK(name("discard", {"program /usr/bin/is-spam -x"}) == "discard-is-spam");
    CHECK(name("folder Abcdefghij/klmnopqrstuvwxyzabcde/fghi", {}) == "abcdefghij-klmnopqrstuvwxyzabcde");
    CHECK(name("folder __", {}) == "recipe");
    CHECK(name("folder Delivery", {}) == "delivery-2");  // what a rehearsal calls the way of a message
    CHECK(name("pipe /usr/bin/", {}) == "recipe");
    CHECK(name("", {}) == "recipe");
}

TEST_CASE("a name that is taken gets a number, within its length") {
    std::vector<Recipe> present{{.name = "debian", .action = "folder Other"},
                                {.name = "debian-2", .action = "keep"}};
    CHECK(made_name({.name = "", .action = "folder Debian"}, present) == "debian-3");
    const std::string longest(32, 'x');
    present = {{.name = longest, .action = "keep"}};
    CHECK(made_name({.name = "", .action = "folder " + longest}, present) == std::string(30, 'x') + "-2");
}

TEST_CASE("a recipe that is there just so keeps its name") {
    const std::vector<Recipe> present{
        {.name = "mine", .conditions = {"list contains x"}, .action = "folder Debian"}};
    CHECK(made_name({.name = "", .conditions = {"list contains x"}, .action = "folder Debian"}, present) ==
          "mine");
    CHECK(made_name({.name = "", .conditions = {"list contains y"}, .action = "folder Debian"}, present) ==
          "debian");
}

TEST_CASE("before another: where a new one, and one that moves, comes to stand") {
    const std::vector<Recipe> recipes{{.name = "a"}, {.name = "b"}, {.name = "c"}};
    CHECK(place_before(recipes, "a") == 1);
    CHECK(place_before(recipes, "c") == 3);
    CHECK(place_before(recipes, "c", "a") == 2);
    CHECK(place_before(recipes, "a", "c") == 1);
    CHECK(place_before(recipes, "b", "a") == 1);
    CHECK_FALSE(place_before(recipes, "d"));
    CHECK_FALSE(place_before({}, "a"));
}

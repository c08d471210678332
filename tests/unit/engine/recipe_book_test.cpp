// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/recipe_book.hpp"

#include <doctest/doctest.h>

#include "refusal.hpp"

using namespace mailstack;
using mailstack::test::check_refusal;

namespace {

constexpr const char* text =
    "# mine\n"
    "delivery: maildir   # for now\n"
    "recipes:\n"
    "  # lists\n"
    "  debian: {when: list contains debian-user, action: folder Lists/debian}  # all of it\n"
    "  # the rest\n"
    "  big:\n"
    "    match: any\n"
    "    when: |\n"
    "      size over 1000000\n"
    "      sender contains boss\n"
    "    action: folder Big\n"
    "    then: continue\n"
    "\n"
    "  last:\n"
    "    action: keep\n";

Recipe recipe(const std::string& name, const std::string& action,
              const std::vector<std::string>& conditions = {}) {
    return Recipe::parse(name, "", conditions, action, "");
}

std::string order(const RecipeBook& book) {
    std::string names;
    for (const Recipe& one : book.recipes()) {
        names += one.name().text() + ' ';
    }
    return names;
}

std::string problem_of(const std::string& octets) {
    const auto book = RecipeBook::parse(octets);
    CHECK(book.recipes().empty());
    CHECK(book.delivery() == Delivery::Unset);
    CHECK(book.print() == octets);
    return book.problem().value_or("");
}

}  // namespace

TEST_CASE("recipes as the file tells them") {
    const auto book = RecipeBook::parse(text);
    REQUIRE_FALSE(book.problem());
    CHECK(book.print() == text);
    CHECK(book.delivery() == Delivery::Maildir);
    CHECK(order(book) == "debian big last ");
    const Recipe* big = book.recipe(RecipeName("big"));
    REQUIRE(big != nullptr);
    CHECK(*big == Recipe::parse("big", "any", {"size over 1000000", "sender contains boss"}, "folder Big",
                                "continue"));
    CHECK(book.line_of(RecipeName("big")) == 7);
    CHECK(book.line_of(RecipeName("none")) == 0);
    CHECK(RecipeBook::parse("").recipes().empty());
    CHECK_FALSE(RecipeBook::parse("recipes:\n").problem());
}

TEST_CASE("an edit writes its own lines alone") {
    const auto book = RecipeBook::parse(text);
    const auto two = recipe("two", "folder B", {"header X contains : # | ^TO_ \xff", "size over 1"});
    const auto first = book.with_recipe(two, 1);
    CHECK(order(first) == "two debian big last ");
    CHECK(*first.recipe(two.name()) == two);
    CHECK(first.print().find(
              "recipes:\n  two:\n    action: \"folder B\"\n    when: |\n      header X contains : # | ^TO_ "
              "\xff\n      size over 1\n  # lists\n  debian: {") != std::string::npos);
    CHECK(first.without(two.name()).print() == text);
    CHECK(order(book.with_recipe(two, 2)) == "debian two big last ");
    CHECK(order(book.with_recipe(two, 0)) == "debian big last two ");
    CHECK(order(book.with_recipe(two, 99)) == "debian big last two ");
    CHECK(book.with_recipe(recipe("last", "keep"), 0).print() == text);
    CHECK(book.with_recipe(recipe("last", "keep"), 3).print() == text);
    const auto changed = book.with_changed(recipe("big", "keep", {"size over 5"}));
    CHECK(changed.print().find(
              "  # the rest\n  big:\n    action: keep\n    when: \"size over 5\"\n\n  last:\n") !=
          std::string::npos);
    CHECK(order(changed) == "debian big last ");
    CHECK(book.with_changed(*book.recipe(RecipeName("big"))).print() == text);
    CHECK(book.without(RecipeName("big")).print().find("  # the rest\n\n  last:") != std::string::npos);
    CHECK(book.with_delivery(Delivery::Mbox).print().starts_with("# mine\ndelivery: mbox\nrecipes:"));
    CHECK(book.with_delivery(Delivery::Unset).print().starts_with("# mine\nrecipes:"));
    CHECK(book.with_delivery(Delivery::Maildir).print() == text);
    const auto fresh = RecipeBook().with_recipe(two, 0);
    CHECK(fresh.print().starts_with("# "));
    CHECK(order(RecipeBook::parse(fresh.print())) == "two ");
}

TEST_CASE("a recipe moves with its lines as they are") {
    const auto book = RecipeBook::parse(text);
    const auto moved = [&](const char* name, std::size_t position) {
        return book.moved(RecipeName(name), position);
    };
    CHECK(order(moved("debian", 0)) == "big last debian ");
    CHECK(order(moved("debian", 2)) == "big debian last ");
    CHECK(order(moved("last", 1)) == "last debian big ");
    CHECK(order(moved("big", 1)) == "big debian last ");
    CHECK(order(moved("big", 3)) == "debian last big ");
    CHECK(moved("big", 2).print() == text);
    CHECK(moved("last", 0).print() == text);
    CHECK(moved("debian", 0)
              .print()
              .ends_with("  debian: {when: list contains debian-user, action: folder "
                         "Lists/debian}  # all of it\n"));
    CHECK(moved("big", 1).recipes()[0] == book.recipes()[1]);
}

TEST_CASE("what cannot be done is refused, and what cannot be read is told with its line") {
    const auto book = RecipeBook::parse(text);
    check_refusal(Code::AlreadyExists, {"'last'", "otherwise"},
                  [&] { return book.with_recipe(recipe("last", "folder A"), 0); });
    check_refusal(Code::AlreadyExists, {"place 3", "move"},
                  [&] { return book.with_recipe(recipe("last", "keep"), 1); });
    check_refusal(Code::NoSuchRecipe, {"'none'"}, [&] { return book.with_changed(recipe("none", "keep")); });
    check_refusal(Code::NoSuchRecipe, {"'none'"}, [&] { return book.without(RecipeName("none")); });
    check_refusal(Code::NoSuchRecipe, {"'none'"}, [&] { return book.moved(RecipeName("none"), 1); });
    CHECK(problem_of("deliver: maildir\n").find("line 1: unknown key 'deliver'") != std::string::npos);
    CHECK(problem_of("delivery: Maildir\n").starts_with("line 1: "));
    CHECK(problem_of("recipes:\n  a: {action: keep}\n  b: {action: keep, whem: x}\n")
              .starts_with("line 3: 'b' has the unknown"));
    CHECK(problem_of("recipes:\n  a: keep\n").find("needs fields") != std::string::npos);
    CHECK(problem_of("recipes:\n  A: {action: keep}\n").starts_with("line 2: "));
    CHECK(problem_of("recipes:\n  a: {when: size over 1}\n").starts_with("line 2: '' is no action"));
    CHECK(problem_of("recipes:\n  a: {action: discard}\n").find("every message") != std::string::npos);
    CHECK(problem_of("recipes:\n  a: {action: keep, when: \"body matches (\"}\n").find("without its") !=
          std::string::npos);
    CHECK(problem_of("recipes: [\n").starts_with("line "));
    check_refusal(Code::InvalidConfiguration, {"line 1", "by hand"},
                  [] { return RecipeBook::parse("a: b\n").with_delivery(Delivery::Mbox); });
    CHECK(problem_of("#" + std::string(RecipeBook::most_octets, 'x')).find("65537 octets") !=
          std::string::npos);
}

TEST_CASE("an account has so many recipes of so many octets") {
    std::string many = "recipes:\n";
    for (std::size_t i = 0; i < RecipeBook::most_recipes; ++i) {
        many += "  r" + std::to_string(i) + ": {action: keep}\n";
    }
    const auto full = RecipeBook::parse(many);
    REQUIRE_FALSE(full.problem());
    check_refusal(Code::LimitExceeded, {"at most 100 recipes"},
                  [&] { return full.with_recipe(recipe("more", "keep"), 1); });
    CHECK(problem_of(many + "  more: {action: keep}\n").find("100 recipes") != std::string::npos);
    const auto large =
        recipe("large", "keep", std::vector<std::string>(32, "body contains " + std::string(980, 'x')));
    const auto once = RecipeBook().with_recipe(large, 0);
    check_refusal(Code::LimitExceeded, {"64 KiB"}, [&] {
        return once
            .with_recipe(
                recipe("two", "keep", std::vector<std::string>(32, "body contains " + std::string(980, 'y'))),
                0)
            .with_recipe(recipe("three", "keep",
                                std::vector<std::string>(32, "body contains " + std::string(980, 'z'))),
                         0);
    });
}

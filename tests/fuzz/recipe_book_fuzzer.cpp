// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// libFuzzer target: any octets as a USER.yaml. What comes out is what came in; a book has a problem, or its
/// rc has the lines of its recipes and no other; an edit holds and is undone by its opposite; nothing
/// crashes. Built with the address and undefined-behaviour sanitizers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "engine/recipe_rc.hpp"

using namespace mailstack;

namespace {

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "recipe_book_fuzzer: does not hold: %s\n", what);
        std::abort();
    }
}

std::size_t lines_with(const std::string& text, const std::string& start) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        count += text.compare(at, start.size(), start) == 0 ? 1 : 0;
    }
    return count;
}

/// How many lines that begin with a star and with a colon the recipe is due.
void require_no_more(const Recipe& recipe, Delivery delivery) {
    const auto book = RecipeBook().with_recipe(recipe, 0);
    const RecipeContext context{AccountName("alice"), "mail.example.org", delivery};
    const std::string rc = recipe_rc(book, context);
    const bool any = recipe.match() == Match::Any && recipe.conditions().size() > 1;
    const bool maildir = delivery == Delivery::Maildir;
    const std::size_t own = any ? 1 : recipe.conditions().size();
    std::size_t stars = own + (any ? 2 * recipe.conditions().size() : 0);
    std::size_t recipes = 1 + (any ? recipe.conditions().size() : 0);
    if (std::holds_alternative<ToFolder>(recipe.action())) {
        stars += 1;
        recipes += maildir ? 1 : 0;
    } else if (std::holds_alternative<Keep>(recipe.action()) && delivery == Delivery::Unset) {
        stars += 2 + own;
        recipes += 1;
    } else if (std::holds_alternative<Forward>(recipe.action())) {
        stars += 2;
    }
    require(lines_with(rc, "*") == stars, "no condition was added");
    require(lines_with(rc, ":0") == recipes, "no recipe was added");
    require(lines_with(rc, "# ") == 2, "no comment was added");
    require(rc.ends_with('\n') && rc.find("\\\n") == std::string::npos, "no line goes on in the next");
    require(
        std::all_of(rc.begin(), rc.end(),
                    [](char c) { return c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= ' '; }),
        "no control character");
    for (const Condition& one : recipe.conditions()) {
        require(Condition(one.text()) == one, "a condition is what it is written as");
        for (const std::string& line : condition_lines(one)) {
            require(line.size() < 16000, "a condition fits procmail's line");
            require(line.find("^TO") == std::string::npos && line.find("^FROM_") == std::string::npos,
                    "no macro of procmail's");
        }
    }
}

template <typename Edit>
void attempt(const RecipeBook& book, const Edit& edit) {
    try {
        const RecipeBook edited = edit(book);
        require(!edited.problem(), "what was edited can be read");
        require(RecipeBook::parse(edited.print()).recipes() == edited.recipes(), "and again from its octets");
    } catch (const Error& error) {
        require(error.code() == Code::Unsupported || error.code() == Code::LimitExceeded, error.what());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
    const std::string text(octets, octets + size);
    const auto book = RecipeBook::parse(text);
    require(book.print() == text, "print(parse(x)) == x");
    if (book.problem()) {
        require(book.recipes().empty() && !book.problem()->empty(), "a problem has words and no recipes");
        return 0;
    }
    for (const Recipe& one : book.recipes()) {
        for (const Delivery delivery : {Delivery::Unset, Delivery::Maildir, Delivery::Mbox}) {
            require_no_more(one, delivery);
        }
        attempt(book, [&](const RecipeBook& b) { return b.moved(one.name(), 1); });
        attempt(book, [&](const RecipeBook& b) { return b.moved(one.name(), 0); });
        attempt(book, [&](const RecipeBook& b) { return b.without(one.name()); });
    }
    attempt(book, [](const RecipeBook& b) { return b.with_delivery(Delivery::Mbox); });
    const RecipeName fresh("fuzz");
    if (book.recipe(fresh) == nullptr) {
        attempt(book, [](const RecipeBook& b) {
            return b.with_recipe(Recipe::parse("fuzz", "", {"header X contains \xff: #"}, "keep", ""), 1);
        });
    }
    return 0;
}

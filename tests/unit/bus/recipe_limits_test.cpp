// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/recipe_limits.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/error.hpp"

using namespace mailstack;

namespace {

constexpr std::uint32_t alice = 1000, bob = 1001;
const RecipeLimits::Time start{std::chrono::hours(1)};

/// A change that is answered at once.
bool may_change(RecipeLimits& limits, std::uint32_t uid, RecipeLimits::Time now) {
    try {
        limits.admit_change(uid, now);
        return true;
    } catch (const Error& error) {
        CHECK(error.code() == Code::LimitExceeded);
        return false;
    }
}

}  // namespace

TEST_CASE("a user's changes are counted, and come back one by one") {
    RecipeLimits limits;
    for (int made = 0; made < RecipeLimits::changes_at_once; ++made) {
        CHECK(may_change(limits, alice, start));
    }
    CHECK(!may_change(limits, alice, start));
    CHECK(may_change(limits, bob, start));
    CHECK(!may_change(limits, alice, start + RecipeLimits::until_another - std::chrono::milliseconds(1)));
    CHECK(may_change(limits, alice, start + RecipeLimits::until_another));
    CHECK(!may_change(limits, alice, start + RecipeLimits::until_another));
    const auto later = start + 10 * RecipeLimits::until_another + RecipeLimits::until_another / 2;
    for (int made = 0; made < 9; ++made) {
        CHECK(may_change(limits, alice, later));
    }
    CHECK(!may_change(limits, alice, later));
    CHECK(may_change(limits, alice, later + RecipeLimits::until_another / 2));
}

TEST_CASE("after a long rest a user has all changes again, and no more") {
    RecipeLimits limits;
    CHECK(may_change(limits, alice, start));
    const auto later = start + std::chrono::hours(24);
    for (int made = 0; made < RecipeLimits::changes_at_once; ++made) {
        CHECK(may_change(limits, alice, later));
    }
    CHECK(!may_change(limits, alice, later));
}

TEST_CASE("a change that was refused is given back, and never more than there were") {
    RecipeLimits limits;
    limits.return_change(alice);
    for (int made = 0; made < RecipeLimits::changes_at_once; ++made) {
        CHECK(may_change(limits, alice, start));
    }
    limits.return_change(alice);
    CHECK(may_change(limits, alice, start));
    CHECK(!may_change(limits, alice, start));
}

TEST_CASE("few changes of a user wait for their answers, and a refused one costs nothing") {
    RecipeLimits limits;
    std::vector<std::shared_ptr<CallPlace>> places;
    for (int waiting = 0; waiting < RecipeLimits::changes_under_way; ++waiting) {
        places.push_back(limits.admit_change(alice, start));
    }
    for (int again = 0; again < 2 * RecipeLimits::changes_at_once; ++again) {
        CHECK(!may_change(limits, alice, start));
    }
    CHECK(may_change(limits, bob, start));
    places.front()->give_back();
    places.front()->give_back();  // once is enough
    CHECK(may_change(limits, alice, start));
    places.push_back(limits.admit_change(alice, start));
    CHECK(!may_change(limits, alice, start));
    places.clear();
    CHECK(may_change(limits, alice, start));
}

TEST_CASE("one rehearsal of a user's, and not too many of all") {
    RecipeLimits limits;
    std::vector<std::shared_ptr<CallPlace>> places;
    for (std::uint32_t uid = alice; uid < alice + RecipeLimits::most_rehearsals; ++uid) {
        places.push_back(limits.admit_rehearsal(uid));
        CHECK_THROWS_AS(limits.admit_rehearsal(uid), Error);
    }
    CHECK_THROWS_AS(limits.admit_rehearsal(alice + 100), Error);
    places.front()->give_back();
    CHECK(limits.admit_rehearsal(alice) != nullptr);
}

TEST_CASE("root is never held up") {
    RecipeLimits limits;
    std::vector<std::shared_ptr<CallPlace>> places;
    for (int made = 0; made < 1000; ++made) {
        places.push_back(limits.admit_change(0, start));
        places.push_back(limits.admit_rehearsal(0));
    }
    CHECK(may_change(limits, alice, start));
    CHECK(limits.admit_rehearsal(alice) != nullptr);
}

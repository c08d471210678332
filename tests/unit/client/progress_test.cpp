// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "progress.hpp"

#include <doctest/doctest.h>

using namespace mailstack::client;

TEST_CASE("a progress line shows bar, share and numbers") {
    CHECK(progress_line(0, 0, 10) == "[----------]   0 %  0 of ?");
    CHECK(progress_line(0, 1000, 10) == "[----------]   0 %  0 of 1,000");
    CHECK(progress_line(500'000, 1'000'000, 10) == "[#####-----]  50 %  500,000 of 1,000,000");
    CHECK(progress_line(1000, 1000, 10) == "[##########] 100 %  1,000 of 1,000");
}

TEST_CASE("more done than there was to do is all of it") {
    CHECK(progress_line(12, 10, 4) == "[####] 100 %  12 of 10");
}

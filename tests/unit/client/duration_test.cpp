// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "duration.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace mailstack::client;

TEST_CASE("durations as people write them") {
    CHECK(seconds_of("3600") == 3600);
    CHECK(seconds_of("45s") == 45);
    CHECK(seconds_of("90m") == 5400);
    CHECK(seconds_of("1h") == 3600);
    CHECK(seconds_of("1h30m") == 5400);
    CHECK(seconds_of("2d") == 172800);
    CHECK(seconds_of("1w") == 604800);
    CHECK(seconds_of("18446744073709551615") == 18446744073709551615ULL);
}

TEST_CASE("what is no duration, is nothing at all, or is beyond counting") {
    for (const auto* bad : {"", "0", "0h", "h", "1x", "1h30", "30 m", "-1", "+1", "1.5h", "1H", " 1h", "1h ",
                            "18446744073709551616", "18446744073709551615m", "18446744073709551615s1s"}) {
        CAPTURE(bad);
        CHECK_FALSE(seconds_of(bad));
    }
}

TEST_CASE("a point of time is told in local time, with its date where that is another") {
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    constexpr std::uint64_t noon = 1763805600;  // 2025-11-22 10:00:00 UTC
    CHECK(local_time(noon + 3600, noon) == "12:00");
    CHECK(local_time(noon + 13 * 3600, noon) == "2025-11-23 00:00");
    CHECK(local_time(noon + 365ULL * 86400, noon) == "2026-11-22 11:00");
    setenv("TZ", "UTC0", 1);
    CHECK(local_time(noon + 3600, noon) == "11:00");
    unsetenv("TZ");
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/route_time.hpp"

#include <doctest/doctest.h>

using namespace mailstack;

namespace {

TimedReturn timed_from(const Moment& now, std::uint64_t seconds) {
    const Span span = span_from(now, seconds);
    return {.return_to = RouteId("direct"),
            .seconds = span.seconds,
            .until = span.until,
            .boot = span.boot,
            .boot_time = span.boot_time};
}

const Moment begin{.time_of_day = 1'000'000, .boot_time = 500, .boot = "one"};

}  // namespace

TEST_CASE("within one boot the span passes whatever the clock is set to") {
    const auto timed = timed_from(begin, 3600);
    CHECK(remaining(timed, begin) == 3600);
    CHECK(remaining(timed, {.time_of_day = 1'000'060, .boot_time = 560, .boot = "one"}) == 3540);
    CHECK(remaining(timed, {.time_of_day = 5, .boot_time = 560, .boot = "one"}) == 3540);
    CHECK(remaining(timed, {.time_of_day = 9'000'000, .boot_time = 560, .boot = "one"}) == 3540);
    CHECK(remaining(timed, {.time_of_day = 5, .boot_time = 4100, .boot = "one"}) == 0);
    CHECK(remaining(timed, {.time_of_day = 5, .boot_time = 999'999, .boot = "one"}) == 0);
}

TEST_CASE("after another boot the time of day counts, but never more than the whole span") {
    const auto timed = timed_from(begin, 3600);
    CHECK(remaining(timed, {.time_of_day = 1'000'600, .boot_time = 3, .boot = "two"}) == 3000);
    CHECK(remaining(timed, {.time_of_day = 1'003'600, .boot_time = 3, .boot = "two"}) == 0);
    CHECK(remaining(timed, {.time_of_day = 5, .boot_time = 3, .boot = "two"}) == 3600);
}

TEST_CASE("the end does not waver by a second, and follows a clock that was set") {
    const auto timed = timed_from(begin, 3600);
    CHECK(end_of(timed, {.time_of_day = 1'000'061, .boot_time = 560, .boot = "one"}) == 1'003'600);
    CHECK(end_of(timed, {.time_of_day = 2'000'000, .boot_time = 560, .boot = "one"}) == 2'003'540);
}

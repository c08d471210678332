// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/route_time.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>

namespace mailstack {
namespace {

std::int64_t seconds_of(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return time.tv_sec;
}

/// The same for as long as the machine runs. The unit tells it (%b), since it hides all of /proc but
/// processes.
const std::string& boot_id() {
    static const std::string id = [] {
        if (const char* const told = std::getenv("MAILSTACK_BOOT_ID"); told != nullptr && *told != '\0') {
            return std::string(told);
        }
        std::ifstream file("/proc/sys/kernel/random/boot_id");
        std::string text;
        std::getline(file, text);
        return text;
    }();
    return id;
}

}  // namespace

Moment moment() {
    return {.time_of_day = seconds_of(CLOCK_REALTIME),
            .boot_time = seconds_of(CLOCK_BOOTTIME),
            .boot = boot_id()};
}

Span span_from(const Moment& now, std::uint64_t seconds) {
    const auto span = static_cast<std::int64_t>(std::min<std::uint64_t>(seconds, INT32_MAX));
    return {.seconds = seconds,
            .until = now.time_of_day + span,
            .boot = now.boot,
            .boot_time = now.boot_time + span};
}

/// Two clocks that tick at different instants make a second more or less of the same moment.
std::int64_t end_of(const TimedReturn& timed, const Moment& now) {
    const std::int64_t end = now.time_of_day + static_cast<std::int64_t>(remaining(timed, now));
    return std::abs(end - timed.until) <= 1 ? timed.until : end;
}

std::uint64_t remaining(const TimedReturn& timed, const Moment& now) {
    const bool same_boot = !timed.boot.empty() && timed.boot == now.boot;
    const std::int64_t left = same_boot ? timed.boot_time - now.boot_time : timed.until - now.time_of_day;
    return std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(left, 0)), timed.seconds);
}

}  // namespace mailstack

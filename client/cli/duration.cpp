// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "duration.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <limits>

namespace mailstack::client {
namespace {

/// The seconds of a unit, 0 where there is no such unit.
std::uint64_t unit_seconds(char unit) {
    switch (unit) {
        case 's':
            return 1;
        case 'm':
            return 60;
        case 'h':
            return 60ULL * 60;
        case 'd':
            return 24ULL * 60 * 60;
        case 'w':
            return 7ULL * 24 * 60 * 60;
        default:
            return 0;
    }
}

std::tm local(std::uint64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    tzset();  // localtime_r(3) need not do it
    localtime_r(&time, &parts);
    return parts;
}

}  // namespace

std::optional<std::uint64_t> seconds_of(std::string_view duration) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t sum = 0;
    bool first = true;
    while (!duration.empty()) {
        std::uint64_t number = 0;
        const auto read = std::from_chars(duration.data(), duration.data() + duration.size(), number);
        if (read.ec != std::errc{}) {
            return std::nullopt;
        }
        duration.remove_prefix(static_cast<std::size_t>(read.ptr - duration.data()));
        const bool bare = duration.empty() && first;
        const auto unit = bare ? 1 : duration.empty() ? 0 : unit_seconds(duration.front());
        if (unit == 0 || number > (most - sum) / unit) {
            return std::nullopt;
        }
        duration.remove_prefix(bare ? 0 : 1);
        sum += number * unit;
        first = false;
    }
    return sum == 0 ? std::nullopt : std::optional(sum);
}

std::string local_time(std::uint64_t then, std::uint64_t now) {
    const auto parts = local(then);
    const auto today = local(now);
    const bool same_day = parts.tm_year == today.tm_year && parts.tm_yday == today.tm_yday;
    std::array<char, 64> text{};
    (void)std::strftime(text.data(), text.size(), same_day ? "%H:%M" : "%Y-%m-%d %H:%M", &parts);
    return text.data();
}

std::uint64_t seconds_now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Spans and points of time as people write and read them.
///
///     duration = 1*DIGIT / 1*( 1*DIGIT unit )     ; a number alone: seconds
///     unit     = "s" / "m" / "h" / "d" / "w"      ; seconds, minutes, hours, days of 24 hours, weeks
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailstack::client {

/// The seconds of "3600", "90m", "1h30m" or "2d"; none where it is no duration, is 0, or is too large to
/// count.
std::optional<std::uint64_t> seconds_of(std::string_view duration);

/// `then` in local time, both in seconds since the epoch: "14:05" on the day of `now`, else "2026-11-24
/// 14:05".
std::string local_time(std::uint64_t then, std::uint64_t now);

/// Now, in seconds since the epoch.
std::uint64_t seconds_now();

}  // namespace mailstack::client

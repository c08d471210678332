// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// How long a route that is active for a time still is so: see TimedReturn (model/routes.hpp).
#pragma once

#include <cstdint>
#include <string>

#include "model/change.hpp"
#include "model/routes.hpp"

namespace mailstack {

/// What the clocks say at one moment.
struct Moment {
    std::int64_t time_of_day = 0;  ///< CLOCK_REALTIME, seconds since the epoch
    std::int64_t boot_time = 0;    ///< CLOCK_BOOTTIME, seconds
    std::string boot;              ///< the boot's id
};
Moment moment();

/// A span of `seconds` that begins now.
Span span_from(const Moment& now, std::uint64_t seconds);

/// When it is over by the present time of day, in seconds since the epoch.
std::int64_t end_of(const TimedReturn& timed, const Moment& now);

/// Seconds; 0: it is over.
std::uint64_t remaining(const TimedReturn& timed, const Moment& now);

}  // namespace mailstack

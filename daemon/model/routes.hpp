// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// All routes of the machine as one value: which there are, which one is active, until when, and for whom
/// another one serves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/route.hpp"

namespace mailstack {

/// A route that is active for a time. `seconds` is a span that passes whatever the clock is set to: within
/// one boot the boot's own clock counts, after another boot the time of day, but never more than `seconds`.
struct TimedReturn {
    RouteId return_to;           ///< the route that is active afterwards
    std::uint64_t seconds = 0;   ///< what was asked for
    std::int64_t until = 0;      ///< seconds since the epoch, by the clock of the moment
    std::string boot{};          ///< /proc/sys/kernel/random/boot_id of the moment
    std::int64_t boot_time = 0;  ///< the same end by CLOCK_BOOTTIME, seconds

    bool operator==(const TimedReturn&) const = default;
};

struct SenderRoute {
    RouteSender sender;
    RouteId route;
    bool operator==(const SenderRoute&) const = default;
};

/// A relay that is no more. Messages that sendmail took for it in a session that is still open may yet go
/// there: for an hour, which no session without a command survives (Timeout.command), they find its TLS
/// demand; those of a relay that wanted AUTH wait in the queue.
struct RetiredRelay {
    RelayHost host;
    RouteTls tls;
    bool user = false;       ///< it had one
    std::int64_t since = 0;  ///< seconds since the epoch
    bool operator==(const RetiredRelay&) const = default;

    static constexpr std::int64_t lasts = 3600;  ///< seconds
};

struct Routes {
    std::vector<Relay> relays{};
    RouteId active{"direct"};
    std::optional<TimedReturn> timed{};  ///< nothing: the active route is so for good
    std::vector<SenderRoute> senders{};
    std::vector<RetiredRelay> retired{};

    bool operator==(const Routes&) const = default;
    const Relay* relay(const RouteId& id) const;  ///< nullptr where there is none
    Relay* relay(const RouteId& id);
    /// Whether mail may leave by it without anybody switching: it is active, returns, or serves a sender.
    bool in_use(const RouteId& id) const;
};

}  // namespace mailstack

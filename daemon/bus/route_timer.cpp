// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/route_timer.hpp"

#include <algorithm>
#include <optional>
#include <variant>

#include "base/log.hpp"

namespace mailstack {
namespace {

constexpr std::chrono::seconds retry_after{10};
/// The loop's timers stand still while the machine sleeps: no wait is longer than this.
constexpr std::uint64_t longest_wait = 30;

/// Seconds until something is over; nothing where nothing is for a time.
std::optional<std::uint64_t> next_end(const Routes& routes, bool drifted, const Moment& now) {
    std::optional<std::uint64_t> next;
    const auto sooner = [&](std::uint64_t seconds) { next = std::min(next.value_or(seconds), seconds); };
    if (routes.timed) {
        sooner(remaining(*routes.timed, now));
    }
    if (drifted) {
        return next;  // nothing else is published for the clock's sake
    }
    for (const RetiredRelay& relay : routes.retired) {
        const std::int64_t left = relay.since + RetiredRelay::lasts - now.time_of_day;
        sooner(static_cast<std::uint64_t>(std::clamp<std::int64_t>(left, 0, RetiredRelay::lasts)));
    }
    return next;
}

}  // namespace

RouteTimer::RouteTimer(Loop& loop, Writer& writer) : loop_(loop), writer_(writer) {}

void RouteTimer::look() {
    if (under_way_) {
        return;
    }
    const auto snapshot = writer_.snapshot();
    const RouteSource& source = snapshot->configuration.routes;
    const auto next = next_end(source.file.routes(), source.drifted, moment());
    waits_ = next.has_value();
    if (!next) {
        timer_ = {};
        return;
    }
    if (*next == 0) {
        expire();
        return;
    }
    timer_ = loop_.after(std::chrono::seconds(std::min(*next, longest_wait)), [this] { look(); });
}

void RouteTimer::expire() {
    const Moment now = moment();
    const auto snapshot = writer_.snapshot();
    const auto& timed = snapshot->configuration.routes.file.routes().timed;
    ExpireRoutes change{.over = {}, .now = now.time_of_day};
    if (timed && remaining(*timed, now) == 0) {
        change.over = timed;
    }
    under_way_ = true;
    writer_.submit(
        {.change = change, .granted = Actions{}.set(), .uid = 0, .done = [this](const Result& result) {
             expired(result);
         }});
}

/// What fails is tried again until it succeeds: mail must not stay on a route whose time is over.
void RouteTimer::expired(const Result& result) {
    under_way_ = false;
    if (const auto* const error = std::get_if<Error>(&result)) {
        log::error(std::string("the time of a route is over, but it cannot be switched: ") + error->what());
        timer_ = loop_.after(retry_after, [this] { look(); });
        return;
    }
    look();
}

}  // namespace mailstack

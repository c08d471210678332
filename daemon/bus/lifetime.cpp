// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/lifetime.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "bus/names.hpp"
#include "bus/sdbus_compat.hpp"

namespace mailstack {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// The longest step of the writer that is no fault: 90 s for a job of systemd and 30 s for the MTA's
/// greeting, and again for the undo.
constexpr seconds writer_may_take{240};

}  // namespace

Lifetime::Lifetime(Loop& loop, sdbus::IConnection& connection, seconds idle_exit, Hooks hooks)
    : loop_(loop), connection_(connection), idle_exit_(idle_exit), hooks_(std::move(hooks)) {}

Lifetime::Call Lifetime::begin_call() {
    touch();
    ++*calls_;
    return {nullptr, [calls = calls_](void*) { --*calls; }};
}

void Lifetime::touch() {
    last_use_ = steady_clock::now();
}

void Lifetime::ready() {
    std::uint64_t usec = 0;
    if (sd_watchdog_enabled(0, &usec) > 0) {
        watchdog_ = std::chrono::microseconds(usec / 3);
        watch_writer();
    }
    watch_idleness();
    sd_notify(0, "READY=1");
}

void Lifetime::reloading() const {
    const auto now =
        std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now().time_since_epoch());
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", static_cast<long long>(now.count()));
}

void Lifetime::reloaded() const {
    sd_notify(0, "READY=1");
}

/// That this timer fires proves the loop; the writer must show signs of life too.
void Lifetime::watch_writer() {
    if (const auto stuck = hooks_.writer_stuck_for(); stuck < writer_may_take) {
        sd_notify(0, "WATCHDOG=1");
    } else {
        log::error("the writer has been at one step for " + std::to_string(stuck.count()) +
                   " s: no sign of life to the watchdog");
    }
    watchdog_timer_ = loop_.after(watchdog_, [this] { watch_writer(); });
}

bool Lifetime::unoccupied() const {
    return *calls_ == 0 && hooks_.writer_idle();
}

void Lifetime::watch_idleness() {
    if (idle_exit_ > seconds(0) && unoccupied() && !hooks_.awaits_a_time() &&
        steady_clock::now() - last_use_ >= idle_exit_) {
        end("nothing to do", false);
        return;
    }
    idle_timer_ = loop_.after(std::clamp(milliseconds(idle_exit_) / 4, milliseconds(100), milliseconds(5000)),
                              [this] { watch_idleness(); });
}

/// STOPPING=1 comes first, so that systemd starts a new daemon for a call that comes after the name is gone;
/// whatever came before is in our queue when releaseName returns, and is served.
void Lifetime::end(const std::string& why, bool at_once) {
    if (at_once) {
        hooks_.before_end();
    }
    if (ending_) {
        return;
    }
    ending_ = true;
    log::info("ending: " + why);
    sd_notify(0, "STOPPING=1");
    compat::release_name(connection_, service_name);
    drain_until_ = steady_clock::now() + seconds(60);
    drain();
}

void Lifetime::drain() {
    const bool queued = compat::poll_state(connection_).timeout == 0;
    if ((!queued && unoccupied()) || steady_clock::now() >= drain_until_) {
        loop_.leave(0);
        return;
    }
    drain_timer_ = loop_.after(milliseconds(10), [this] { drain(); });
}

}  // namespace mailstack

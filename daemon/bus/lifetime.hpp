// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// When the daemon is ready, reloads, and ends: what systemd is told, and how no call is lost when it leaves
/// the bus.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "bus/loop.hpp"

namespace mailstack {

class Lifetime {
  public:
    /// Held by whatever must be finished before the daemon may end.
    using Call = std::shared_ptr<void>;

    struct Hooks {
        std::function<bool()> writer_idle;
        std::function<bool()> awaits_a_time;  ///< something is to be done later, by itself
        std::function<std::chrono::seconds()> writer_stuck_for;
        std::function<void()> before_end;  ///< withdraws what waits for people
    };

    /// `idle_exit` zero: never for idleness.
    Lifetime(Loop& loop, sdbus::IConnection& connection, std::chrono::seconds idle_exit, Hooks hooks);

    Call begin_call();
    /// Somebody asked for something that took no time.
    void touch();
    void set_idle_exit(std::chrono::seconds idle_exit) { idle_exit_ = idle_exit; }

    /// Tells systemd, and starts the watchdog and the wait for idleness.
    void ready();
    void reloading() const;
    void reloaded() const;
    /// Leaves the bus, finishes what is under way (60 seconds at most), then ends the loop. `at_once`: what
    /// waits for people is withdrawn.
    void end(const std::string& why, bool at_once);

  private:
    void watch_idleness();
    void watch_writer();
    void drain();
    bool unoccupied() const;

    Loop& loop_;
    sdbus::IConnection& connection_;
    std::chrono::seconds idle_exit_;
    Hooks hooks_;
    std::shared_ptr<std::size_t> calls_ = std::make_shared<std::size_t>(0);
    std::chrono::steady_clock::time_point last_use_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point drain_until_{};
    std::chrono::microseconds watchdog_{};
    Loop::Source idle_timer_, watchdog_timer_, drain_timer_;
    bool ending_ = false;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The one event loop, on sd-event: the bus, timers, descriptors, signals, and functions posted by other
/// threads. Everything in daemon/bus runs on its thread unless a comment says otherwise. An exception that
/// comes out of a handler is logged, never passed to the C frames beneath.
#pragma once

#include <systemd/sd-event.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/descriptor.hpp"

namespace sdbus {
class IConnection;
}

namespace mailstack {

class Loop {
  public:
    /// Something that the loop waits for; it waits no longer when this goes. A handler may destroy its own.
    class Source {
      public:
        struct State;
        Source() = default;
        explicit Source(std::shared_ptr<State> state) : state_(std::move(state)) {}
        Source(Source&&) = default;
        Source& operator=(Source&& other) noexcept;
        Source(const Source&) = delete;
        Source& operator=(const Source&) = delete;
        ~Source();

      private:
        std::shared_ptr<State> state_;
    };

    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    /// Serves `connection` from now on; it must outlive the loop's run. A lost connection ends run() with 1.
    void attach(sdbus::IConnection& connection);

    /// Runs `function` on the loop's thread, soon. From any thread. Once run() has returned it stays unrun.
    void post(std::function<void()> function);
    /// Destroys what was posted and not run, and from now on whatever is posted, at once. To be called while
    /// that on which posted functions depend is still there.
    void drop_posted();
    /// Runs posted functions, and nothing else, until `done` says true or `patience` is over. For a handler
    /// that cannot answer later.
    void run_posted_until(const std::function<bool()>& done, std::chrono::milliseconds patience);

    [[nodiscard]] Source after(std::chrono::microseconds delay, std::function<void()> handler);
    /// `events` as in epoll(7); the handler gets those that came.
    [[nodiscard]] Source watch(int fd, std::uint32_t events, std::function<void(std::uint32_t)> handler);
    /// The signal must be blocked in every thread.
    [[nodiscard]] Source on_signal(int number, std::function<void()> handler);

    /// Runs until leave(); gives its argument.
    int run();
    void leave(int code);

  private:
    void prepare();
    void serve_bus();
    void run_posted();

    std::unique_ptr<sd_event, sd_event* (*)(sd_event*)> event_;
    sdbus::IConnection* connection_ = nullptr;
    sd_event_source* bus_io_ = nullptr;
    sd_event_source* bus_timer_ = nullptr;
    Source bus_wake_up_, posted_source_;
    Descriptor wake_up_;
    std::mutex guard_;
    std::vector<std::function<void()>> posted_;
    bool drops_ = false;  ///< what is posted
};

}  // namespace mailstack

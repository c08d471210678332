// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/loop.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cstring>
#include <exception>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "bus/sdbus_compat.hpp"

namespace mailstack {

struct Loop::Source::State : std::enable_shared_from_this<State> {
    std::function<void(std::uint32_t)> handler;
    sd_event_source* source = nullptr;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { sd_event_source_disable_unref(source); }

    /// Runs the handler; the copy keeps it alive where it destroys its own Source.
    void fire(std::uint32_t events) {
        const auto alive = shared_from_this();
        handler(events);
    }
};

namespace {

int must(int result, const char* what) {
    if (result < 0) {
        throw Error(Code::Internal,
                    std::string("the event loop fails at ") + what + ": " + std::strerror(-result));
    }
    return result;
}

/// The catch-all between our code and sd-event's C frames.
template <typename Function>
int shielded(Function function) {
    try {
        function();
    } catch (const std::exception& error) {
        log::error(std::string("a handler of the event loop failed: ") + error.what());
    } catch (...) {
        log::error("a handler of the event loop failed with something that is no exception");
    }
    return 0;
}

Loop::Source::State& state_of(void* data) {
    return *static_cast<Loop::Source::State*>(data);
}

int on_io(sd_event_source*, int, std::uint32_t events, void* data) {
    return shielded([&] { state_of(data).fire(events); });
}

int on_time(sd_event_source*, std::uint64_t, void* data) {
    return shielded([&] { state_of(data).fire(0); });
}

int on_signalled(sd_event_source*, const signalfd_siginfo*, void* data) {
    return shielded([&] { state_of(data).fire(0); });
}

}  // namespace

Loop::Source::~Source() {
    if (state_) {
        sd_event_source_set_enabled(state_->source, SD_EVENT_OFF);
    }
}

Loop::Source& Loop::Source::operator=(Source&& other) noexcept {
    const Source former(std::exchange(state_, std::move(other.state_)));
    other.state_.reset();
    return *this;
}

Loop::Loop() : event_(nullptr, sd_event_unref), wake_up_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    sd_event* made = nullptr;
    must(sd_event_new(&made), "sd_event_new");
    event_.reset(made);
    posted_source_ = watch(wake_up_.get(), EPOLLIN, [this](std::uint32_t) { run_posted(); });
}

Loop::~Loop() {
    sd_event_source_disable_unref(bus_io_);
    sd_event_source_disable_unref(bus_timer_);
}

void Loop::attach(sdbus::IConnection& connection) {
    connection_ = &connection;
    const auto poll = compat::poll_state(connection);
    must(sd_event_add_io(
             event_.get(), &bus_io_, poll.fd, EPOLLIN,
             [](sd_event_source*, int, std::uint32_t, void* loop) {
                 return shielded([&] { static_cast<Loop*>(loop)->serve_bus(); });
             },
             this),
         "the bus's descriptor");
    must(sd_event_add_time(
             event_.get(), &bus_timer_, CLOCK_MONOTONIC, 0, 1,
             [](sd_event_source*, std::uint64_t, void* loop) {
                 return shielded([&] { static_cast<Loop*>(loop)->serve_bus(); });
             },
             this),
         "the bus's timer");
    must(sd_event_source_set_enabled(bus_timer_, SD_EVENT_OFF), "the bus's timer");
    must(sd_event_source_set_prepare(bus_io_,
                                     [](sd_event_source*, void* loop) {
                                         return shielded([&] { static_cast<Loop*>(loop)->prepare(); });
                                     }),
         "the bus's preparation");
    if (poll.wake_up >= 0) {
        bus_wake_up_ = watch(poll.wake_up, EPOLLIN, [this, fd = poll.wake_up](std::uint32_t) {
            std::uint64_t count = 0;
            [[maybe_unused]] const auto got = ::read(fd, &count, sizeof count);
            serve_bus();
        });
    }
}

/// Before each poll: what the connection waits for now (it changes with what is queued).
void Loop::prepare() {
    const auto poll = compat::poll_state(*connection_);
    must(sd_event_source_set_io_events(bus_io_, static_cast<std::uint32_t>(poll.events)), "the bus's events");
    const bool waits = poll.timeout != UINT64_MAX;
    if (waits) {
        must(sd_event_source_set_time(bus_timer_, poll.timeout), "the bus's timeout");
    }
    must(sd_event_source_set_enabled(bus_timer_, waits ? SD_EVENT_ONESHOT : SD_EVENT_OFF), "the bus's timer");
}

void Loop::serve_bus() {
    constexpr int at_most = 64;  // then the others have their turn; prepare() asks for the rest at once
    try {
        for (int i = 0; i < at_most && compat::process(*connection_); ++i) {
        }
    } catch (const sdbus::Error& error) {
        log::error(std::string("the connection to the bus is lost: ") + error.what());
        leave(1);
    }
}

void Loop::post(std::function<void()> function) {
    {
        const std::scoped_lock lock(guard_);
        if (drops_) {
            return;
        }
        posted_.push_back(std::move(function));
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_up_.get(), &one, sizeof one);
}

/// They go outside of the lock: what they hold may post as it goes.
void Loop::drop_posted() {
    std::vector<std::function<void()>> dropped;
    const std::scoped_lock lock(guard_);
    drops_ = true;
    dropped.swap(posted_);
}

void Loop::run_posted() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(wake_up_.get(), &count, sizeof count);
    std::vector<std::function<void()>> now;
    {
        const std::scoped_lock lock(guard_);
        now.swap(posted_);
    }
    for (const auto& function : now) {
        shielded(function);
    }
}

void Loop::run_posted_until(const std::function<bool()>& done, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!done()) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd waiting{wake_up_.get(), POLLIN, 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
            return;
        }
        run_posted();
    }
}

Loop::Source Loop::after(std::chrono::microseconds delay, std::function<void()> handler) {
    auto state = std::make_shared<Source::State>();
    state->handler = [handler = std::move(handler)](std::uint32_t) { handler(); };
    must(sd_event_add_time_relative(event_.get(), &state->source, CLOCK_MONOTONIC,
                                    static_cast<std::uint64_t>(delay.count()), 1000, on_time, state.get()),
         "a timer");
    return Source(std::move(state));
}

Loop::Source Loop::watch(int fd, std::uint32_t events, std::function<void(std::uint32_t)> handler) {
    auto state = std::make_shared<Source::State>();
    state->handler = std::move(handler);
    must(sd_event_add_io(event_.get(), &state->source, fd, events, on_io, state.get()), "a descriptor");
    return Source(std::move(state));
}

Loop::Source Loop::on_signal(int number, std::function<void()> handler) {
    auto state = std::make_shared<Source::State>();
    state->handler = [handler = std::move(handler)](std::uint32_t) { handler(); };
    must(sd_event_add_signal(event_.get(), &state->source, number, on_signalled, state.get()), "a signal");
    return Source(std::move(state));
}

int Loop::run() {
    return must(sd_event_loop(event_.get()), "sd_event_loop");
}

void Loop::leave(int code) {
    sd_event_exit(event_.get(), code);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/worker.hpp"

#include <utility>

namespace mailstack {

Worker::Worker() : thread_([this](const std::stop_token& stop) { loop(stop); }) {}

Worker::~Worker() {
    thread_.request_stop();
    thread_.join();
}

void Worker::run(std::function<void()> work) {
    {
        const std::scoped_lock lock(guard_);
        waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
}

void Worker::loop(const std::stop_token& stop) {
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock(guard_);
            if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
                return;
            }
            work = std::move(waiting_.front());
            waiting_.pop_front();
        }
        work();
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/observer.hpp"

#include <utility>

namespace mailstack {

Observer::Observer() : thread_([this] { serve(); }) {}

Observer::~Observer() {
    {
        const std::lock_guard lock(guard_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Observer::run(std::function<void()> work) {
    {
        const std::lock_guard lock(guard_);
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
}

void Observer::serve() {
    std::unique_lock lock(guard_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (stopping_) {
            return;
        }
        const std::function<void()> work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
        lock.lock();
    }
}

}  // namespace mailstack

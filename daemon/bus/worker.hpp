// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A thread for pure computations that would hold up the loop (the look through a large import before polkit
/// is asked). What runs here sees values only, never the writer's state.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace mailstack {

class Worker {
  public:
    Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();  ///< finishes what runs, drops what waits

    /// Runs `work` on the worker's thread; it must not throw.
    void run(std::function<void()> work);

  private:
    void loop(const std::stop_token& stop);

    std::mutex guard_;
    std::condition_variable_any changed_;
    std::deque<std::function<void()>> waiting_;
    std::jthread thread_;
};

}  // namespace mailstack

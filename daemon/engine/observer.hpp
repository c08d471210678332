// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A thread that only looks. Explain starts three processes of sendmail, Check waits for greetings and for
/// DNS: that takes from 0.05 s to many seconds, for which neither the loop nor a change must wait; so it is
/// neither the loop's thread nor the writer's. What it works on are values of its own: an immutable snapshot,
/// and files that it opens for reading, as any other program of the machine would beside a change.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace mailstack {

class Observer {
  public:
    Observer();
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    /// Waits for the work under way; what has not begun is destroyed, on the thread that calls this.
    ~Observer();

    /// Runs `work`, which must not throw, after what was given before. From any thread.
    void run(std::function<void()> work);

  private:
    void serve();

    std::mutex guard_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace mailstack

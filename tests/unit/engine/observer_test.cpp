// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <vector>

#include "engine/observer.hpp"

using namespace mailstack;

TEST_CASE("work is done in order, on another thread than the one that asks") {
    std::vector<int> done;
    std::promise<std::thread::id> last;
    Observer observer;
    for (int i = 0; i < 100; ++i) {
        observer.run([&done, i] { done.push_back(i); });
    }
    observer.run([&last] { last.set_value(std::this_thread::get_id()); });
    CHECK(last.get_future().get() != std::this_thread::get_id());
    REQUIRE(done.size() == 100);
    CHECK(done.front() == 0);
    CHECK(done.back() == 99);
}

TEST_CASE("at its end it finishes the work under way, and destroys what has not begun where it ends") {
    std::promise<void> begun, go_on;
    bool finished = false, ran = false;
    std::thread::id destroyed_on;
    std::thread release;
    {
        Observer observer;
        observer.run([&] {
            begun.set_value();
            go_on.get_future().wait();
            finished = true;
        });
        begun.get_future().wait();
        const std::shared_ptr<void> token(nullptr, [&](void*) { destroyed_on = std::this_thread::get_id(); });
        observer.run([token, &ran] { ran = true; });
        release = std::thread([&go_on] { go_on.set_value(); });
    }
    release.join();
    CHECK(finished);
    if (!ran) {
        CHECK(destroyed_on == std::this_thread::get_id());
    }
}

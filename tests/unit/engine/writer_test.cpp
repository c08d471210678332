// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The writer's thread against a real disk; run under TSan as well.
#include "engine/writer.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/real_disk.hpp"
#include "engine_fixture.hpp"

using namespace mailstack;
using namespace mailstack::test;
namespace fs = std::filesystem;

namespace {

/// A loop as the bus has one: functions posted from any thread run on this one.
class LoopHere {
  public:
    void post(std::function<void()> function) {
        {
            const std::lock_guard guard(mutex_);
            posted_.push_back(std::move(function));
        }
        wake_.notify_one();
    }
    /// Runs what is posted until `done`; false after 30 seconds.
    template <typename Done>
    bool run_until(const Done& done) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!done()) {
            std::unique_lock guard(mutex_);
            if (!wake_.wait_until(guard, deadline, [this] { return !posted_.empty(); })) {
                return false;
            }
            const auto function = std::move(posted_.front());
            posted_.pop_front();
            guard.unlock();
            if (function) {
                function();
            }
        }
        return true;
    }

  private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> posted_;
};

struct Machine {
    Machine() {
        std::string pattern = fs::canonical(fs::temp_directory_path()) / "mailstack-writer-XXXXXX";
        layout.root = ::mkdtemp(pattern.data());
        fs::create_directories(layout.root + "/etc/mail");
        std::ofstream(layout.sendmail_cf()) << "O AliasFile=" << aliases() << '\n';
        std::ofstream(aliases()) << "root: alice\n";
    }
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;
    ~Machine() { fs::remove_all(layout.root); }

    std::string aliases() const { return layout.root + "/etc/mail/aliases"; }
    std::unique_ptr<Writer> writer() {
        WriterEvents events{
            .applied = [this](std::uint64_t, const auto& summaries) { applied += summaries.size(); },
            .rolled_back = [](std::uint64_t, const std::string&) {},
            .aliases_changed = [this](const auto& names) { changed += names.size(); },
            .entries_changed = [](TableName, const auto&) {},
            .snapshot_changed = [] {}};
        return std::make_unique<Writer>(
            layout, disk, mta,
            Programs{.build_cf = cf_of, .examine = [](const std::string&, const Configuration&) {}},
            [](const std::string&) { return false; },
            [this](auto function) { loop.post(std::move(function)); }, std::move(events));
    }

    Layout layout;
    RealDisk disk;
    ObedientMta mta;
    LoopHere loop;
    std::size_t applied = 0, changed = 0;
};

}  // namespace

TEST_CASE("changes made together are committed in few transactions, and all are answered on the loop") {
    Machine machine;
    auto writer = machine.writer();
    constexpr int count = 200;
    int answered = 0;
    const auto here = std::this_thread::get_id();
    for (int i = 0; i < count; ++i) {
        writer->submit({.change = add("list" + std::to_string(i), {"alice"}),
                        .granted = Actions{}.set(),
                        .uid = 0,
                        .done = [&](const Result& result) {
                            CHECK(std::this_thread::get_id() == here);
                            CHECK(failure(result).empty());
                            ++answered;
                        }});
        const auto snapshot = writer->snapshot();
        CHECK(snapshot->configuration.aliases.size() == 1);
    }
    REQUIRE(machine.loop.run_until(
        [&] { return answered == count && machine.applied == count && machine.changed == count; }));
    CHECK(machine.changed == count);
    CHECK(writer->snapshot()->generation < 20);
    CHECK(writer->snapshot()->configuration.aliases[0].file.count() == count + 1);
    CHECK(writer->fresh());
    CHECK(writer->stuck_for() == std::chrono::seconds(0));
}

TEST_CASE("refresh takes up a hand edit without publishing it") {
    Machine machine;
    auto writer = machine.writer();
    bool done = false;
    writer->submit(
        {.change = add("first", {"alice"}), .granted = Actions{}.set(), .uid = 0, .done = [&](const Result&) {
             done = true;
         }});
    REQUIRE(machine.loop.run_until([&] { return done; }));
    std::ofstream(machine.aliases(), std::ios::app) << "hand: bob\n";
    CHECK_FALSE(writer->fresh());
    done = false;
    writer->refresh([&] { done = true; });
    REQUIRE(machine.loop.run_until([&] { return done; }));
    CHECK(writer->fresh());
    CHECK(writer->snapshot()->drifted == std::vector{machine.aliases()});
    CHECK(writer->snapshot()->configuration.aliases[0].file.find("hand").has_value());
}

TEST_CASE("a writer that ends answers what waits, and the next one goes on with its journal") {
    Machine machine;
    int answered = 0;
    {
        auto writer = machine.writer();
        for (int i = 0; i < 50; ++i) {
            writer->submit({.change = add("list" + std::to_string(i), {"alice"}),
                            .granted = Actions{}.set(),
                            .uid = 0,
                            .done = [&](const Result&) { ++answered; }});
        }
        REQUIRE(machine.loop.run_until([&] { return answered > 0; }));
        writer.reset();
    }
    REQUIRE(machine.loop.run_until([&] { return answered == 50; }));
    // Not archived at each end: whoever makes one change each time would push everybody else's out of the
    // history.
    CHECK(fs::exists(machine.layout.record()));
    CHECK_FALSE(fs::exists(machine.layout.history()));
    auto writer = machine.writer();
    CHECK(writer->snapshot()->generation >= 1);
    CHECK(writer->snapshot()->drifted.empty());
    CHECK(writer->snapshot()->configuration.aliases[0].file.count() >= 1);
}

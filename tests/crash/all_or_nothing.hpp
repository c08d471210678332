// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Changes of many files together, of which a crash or a failing disk leaves all or nothing.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "crash_states.hpp"
#include "engine_fixture.hpp"

namespace mailstack::test {

/// What stands where.
using Picture = std::map<std::string, std::string>;

inline std::string text_or_empty(ModelDisk& disk, const std::string& path) {
    return disk.identity(path).exists() ? disk.read(path).bytes : "";
}

/// The paths at which two pictures differ, with what the first has there.
inline std::string difference(const Picture& one, const Picture& other) {
    std::string text;
    for (const auto& [path, bytes] : one) {
        const auto found = other.find(path);
        if (found == other.end() || found->second != bytes) {
            text += path + ": " + bytes + '\n';
        }
    }
    return text;
}

/// A change, and how one sees what became of it.
struct Subject {
    std::function<std::unique_ptr<ModelDisk>()> prepared;  ///< a disk on which the change is to be made
    Change change;
    Picture (*picture)(ModelDisk& disk);   ///< of every text and file that the change may write
    void (*check_whole)(ModelDisk& disk);  ///< requires what must hold before and after: maps and their texts
};

/// Such a change takes many steps, each with much that is not yet durable.
inline constexpr Sample few_of_many{.of_change = 12, .of_recovery = 2};

/// Makes the change, and requires that every crash state is recovered to all of it or nothing; returns how
/// many there were.
inline std::size_t crash_everywhere(const Subject& subject) {
    const auto disk = subject.prepared();
    Engine engine(*disk);
    disk->settle();
    const Picture before = subject.picture(*disk);
    REQUIRE(failure(engine.run({subject.change}).answers[0]).empty());
    const Picture after = subject.picture(*disk);
    REQUIRE(before != after);
    return in_every_crash_state(
        *disk, true,
        [&](ModelDisk& recovered, bool acknowledged) {
            const Picture now = subject.picture(recovered);
            INFO("not as after: ", difference(now, after), "not as before: ", difference(now, before));
            const bool whole = now == after || (!acknowledged && now == before);
            REQUIRE(whole);
            subject.check_whole(recovered);
            REQUIRE(recovered.names(layout.stage()).empty());
            REQUIRE_FALSE(Journal(layout, recovered).pending().has_value());
        },
        few_of_many);
}

/// Makes the change on a disk that fails, once, at each of its operations in turn: a clear error, and all of
/// it is as before. Returns how many operations there were.
inline std::size_t fail_everywhere(const Subject& subject) {
    for (std::size_t n = 0;; ++n) {
        CAPTURE(n);
        const auto disk = subject.prepared();
        Engine engine(*disk);
        const Picture before = subject.picture(*disk);
        const auto result = run_failing_at(*disk, engine, subject.change, n);
        if (!result) {
            return n;
        }
        if (!failure(result->answers[0]).empty()) {
            CHECK(failure(result->answers[0]).find("injected") != std::string::npos);
            CHECK(subject.picture(*disk) == before);
            CHECK(engine.now.state == EngineState::Running);
            CHECK(disk->names(layout.stage()).empty());
        }
        subject.check_whole(*disk);
    }
}

}  // namespace mailstack::test

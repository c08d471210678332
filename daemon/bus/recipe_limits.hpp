// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Every local user may change his own recipes and rehearse messages, so that nobody may do it without end:
/// each change is a line of the history, some syncs of the disk and up to two seconds of procmail's CPU time
/// while the writer waits, each rehearsal holds a whole message. root is never held up.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace mailstack {

/// Of a call among those that may be under way; given back at the latest when it goes.
class CallPlace {
  public:
    explicit CallPlace(std::function<void()> give_back) : give_back_(std::move(give_back)) {}
    CallPlace(const CallPlace&) = delete;
    CallPlace& operator=(const CallPlace&) = delete;
    ~CallPlace() { give_back(); }
    /// To be called before the answer: who has it may call again at once.
    void give_back() {
        if (const auto act = std::exchange(give_back_, nullptr)) {
            act();
        }
    }

  private:
    std::function<void()> give_back_;
};

class RecipeLimits {
  public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr int changes_at_once = 60;
    static constexpr std::chrono::seconds until_another{2};
    static constexpr int changes_under_way = 2;
    static constexpr int most_rehearsals = 8;

    /// A user may make `changes_at_once`, and has one more after each `until_another`; `changes_under_way`
    /// may wait for their answers. Throws Error{LimitExceeded} that says when.
    std::shared_ptr<CallPlace> admit_change(std::uint32_t uid, Time now);
    /// A change that polkit refused costs nothing: the writer never saw it.
    void return_change(std::uint32_t uid);
    /// One rehearsal of a user's, `most_rehearsals` in all, until the place is given back. Throws
    /// Error{LimitExceeded}.
    std::shared_ptr<CallPlace> admit_rehearsal(std::uint32_t uid);

  private:
    using UnderWay = std::shared_ptr<std::map<std::uint32_t, int>>;  ///< how many calls of each user
    struct Changes {
        int left = changes_at_once;
        Time since{};  ///< when `left` was true
    };

    static std::shared_ptr<CallPlace> place_in(const UnderWay& calls, std::uint32_t uid);
    void spend_change(std::uint32_t uid, Time now);

    std::map<std::uint32_t, Changes> changes_;  ///< of those that have not all of theirs
    UnderWay changing_ = std::make_shared<std::map<std::uint32_t, int>>();
    UnderWay rehearsing_ = std::make_shared<std::map<std::uint32_t, int>>();
};

}  // namespace mailstack

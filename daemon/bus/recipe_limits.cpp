// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/recipe_limits.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace mailstack {
namespace {

int count_of(const std::map<std::uint32_t, int>& calls, std::uint32_t uid) {
    const auto found = calls.find(uid);
    return found == calls.end() ? 0 : found->second;
}

}  // namespace

std::shared_ptr<CallPlace> RecipeLimits::place_in(const UnderWay& calls, std::uint32_t uid) {
    ++(*calls)[uid];
    return std::make_shared<CallPlace>([calls, uid] {
        if (--(*calls)[uid] == 0) {
            calls->erase(uid);
        }
    });
}

std::shared_ptr<CallPlace> RecipeLimits::admit_change(std::uint32_t uid, Time now) {
    if (uid == 0) {
        return nullptr;
    }
    if (count_of(*changing_, uid) >= changes_under_way) {
        throw Error(Code::LimitExceeded,
                    std::to_string(changes_under_way) +
                        " changes of recipes of yours are under way; wait for an answer");
    }
    spend_change(uid, now);
    return place_in(changing_, uid);
}

void RecipeLimits::spend_change(std::uint32_t uid, Time now) {
    std::erase_if(changes_, [now](const auto& entry) {
        return now - entry.second.since >= until_another * changes_at_once;
    });
    Changes& own = changes_.try_emplace(uid, Changes{.left = changes_at_once, .since = now}).first->second;
    const auto earned = (now - own.since) / until_another;
    if (own.left + earned >= changes_at_once) {
        own = {.left = changes_at_once, .since = now};
    } else {
        own = {.left = own.left + static_cast<int>(earned), .since = own.since + earned * until_another};
    }
    if (own.left == 0) {
        throw Error(Code::LimitExceeded, "you have changed recipes " + std::to_string(changes_at_once) +
                                             " times in a short while; another change is possible in " +
                                             std::to_string(until_another.count()) + " seconds");
    }
    --own.left;
}

void RecipeLimits::return_change(std::uint32_t uid) {
    const auto own = changes_.find(uid);
    if (own != changes_.end() && own->second.left < changes_at_once) {
        ++own->second.left;
    }
}

std::shared_ptr<CallPlace> RecipeLimits::admit_rehearsal(std::uint32_t uid) {
    if (uid == 0) {
        return nullptr;
    }
    if (rehearsing_->contains(uid)) {
        throw Error(Code::LimitExceeded, "a rehearsal of yours is under way; wait for its answer");
    }
    if (rehearsing_->size() >= most_rehearsals) {
        throw Error(Code::LimitExceeded, "too many rehearsals are under way; try again in a moment");
    }
    return place_in(rehearsing_, uid);
}

}  // namespace mailstack

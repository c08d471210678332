// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Every state that a crash may leave of what was done on a model disk, recovered from.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <random>
#include <set>
#include <vector>

#include "engine_fixture.hpp"

namespace mailstack::test {

/// Subsets of `count` pending effects: all of them while that is few, else the extremes and a seeded sample.
inline std::vector<std::vector<bool>> subsets(std::size_t count, std::size_t most) {
    std::vector<std::vector<bool>> chosen;
    if (count < 16 && (std::size_t{1} << count) <= most) {
        for (std::size_t bits = 0; bits < (std::size_t{1} << count); ++bits) {
            std::vector<bool> subset(count);
            for (std::size_t i = 0; i < count; ++i) {
                subset[i] = ((bits >> i) & 1U) != 0;
            }
            chosen.push_back(subset);
        }
        return chosen;
    }
    chosen.emplace_back(count, false);
    chosen.emplace_back(count, true);
    std::mt19937 random(static_cast<unsigned>(count));
    while (chosen.size() < most) {
        std::vector<bool> subset(count);
        const bool alone = chosen.size() % 2 == 0;
        for (std::size_t i = 0; i < count; ++i) {
            subset[i] = alone ? random() % 2 == 0 : random() % count != 0;
        }
        chosen.push_back(subset);
    }
    return chosen;
}

/// Given a disk after the recovery, and whether the change had been acknowledged before the crash.
using CheckRecovered = std::function<void(ModelDisk& recovered, bool acknowledged)>;

/// How many subsets of what was not yet durable are tried at each operation: of the change, and of a
/// recovery.
struct Sample {
    std::size_t of_change = 64;
    std::size_t of_recovery = 8;
};

/// The states met, of which most are left by many crashes: each is recovered from once.
class StatesMet {
  public:
    bool is_new(const ModelDisk& disk, bool acknowledged) {
        return met_.emplace(disk.fingerprint(), acknowledged).second;
    }

  private:
    std::set<std::pair<std::size_t, bool>> met_;
};

/// The crash states of a recovery, and what they are recovered to.
inline std::size_t in_every_state_of_recovery(const ModelDisk& recovered, bool acknowledged,
                                              const CheckRecovered& check, std::size_t most, StatesMet& met) {
    std::size_t states = 0;
    for (std::size_t k = 0; k <= recovered.operations(); ++k) {
        for (const auto& subset : subsets(recovered.pending(k), most)) {
            auto crashed = recovered.crashed(k, subset);
            if (!met.is_new(*crashed, acknowledged)) {
                continue;
            }
            recover(layout, *crashed);       // what runs before the MTA
            const Engine started(*crashed);  // and then the daemon
            ++states;
            CAPTURE(k);
            check(*crashed, acknowledged);
        }
    }
    return states;
}

/// Recovers each crash state of `disk`'s log, and each crash state of those recoveries; returns how many
/// different ones there were.
inline std::size_t in_every_crash_state(const ModelDisk& disk, bool acknowledged_at_end,
                                        const CheckRecovered& check, const Sample& sample = {}) {
    std::size_t states = 0;
    StatesMet met, met_in_recovery;
    for (std::size_t k = 0; k <= disk.operations(); ++k) {
        const bool acknowledged = acknowledged_at_end && k == disk.operations();
        for (const auto& subset : subsets(disk.pending(k), sample.of_change)) {
            auto crashed = disk.crashed(k, subset);
            if (!met.is_new(*crashed, acknowledged)) {
                continue;
            }
            recover(layout, *crashed);
            const Engine started(*crashed);
            ++states;
            CAPTURE(k);
            check(*crashed, acknowledged);
            if (crashed->operations() > 0) {
                states += in_every_state_of_recovery(*crashed, acknowledged, check, sample.of_recovery,
                                                     met_in_recovery);
            }
        }
    }
    return states;
}

}  // namespace mailstack::test

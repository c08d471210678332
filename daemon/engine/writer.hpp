// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The one thread that changes files: takes requests in order, one transaction after another, map-class
/// changes that wait together in one (group commit), and posts every completion back to the loop's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "engine/layout.hpp"
#include "engine/mta.hpp"
#include "engine/programs.hpp"
#include "engine/snapshot.hpp"
#include "model/action.hpp"
#include "model/change.hpp"

namespace mailstack {

class Disk;

/// What became of a request.
struct Outcome {
    std::uint64_t generation =
        0;             ///< the commit that holds the change (or the present one where nothing had to change)
    bool live = true;  ///< false: written, but no MTA runs that could use it
    std::uint32_t added = 0, replaced = 0, kept = 0;  ///< of an import
};
using Result = std::variant<Outcome, Error>;

struct Request {
    Change change;
    Actions granted;        ///< what polkit said yes to; the writer computes the required ones again
    std::uint32_t uid = 0;  ///< of the caller, for the history
    std::function<void(Result)> done;  ///< called once, on the loop's thread
    std::function<void(std::uint64_t, std::uint64_t)>
        progress{};  ///< optional: done, total; on the loop's thread
};

/// Told on the loop's thread, after the snapshot that tells the same was published.
struct WriterEvents {
    std::function<void(std::uint64_t generation, const std::vector<std::string>& summaries)> applied;
    std::function<void(std::uint64_t generation, const std::string& reason)> rolled_back;
    std::function<void(const std::vector<std::string>& names)>
        aliases_changed;  ///< all names; the bus cuts them
    std::function<void(TableName table, const std::vector<std::string>& keys)> entries_changed;
    std::function<void()> snapshot_changed;
};

class Writer {
  public:
    /// Runs its argument on the loop's thread, soon. Safe from any thread.
    using Post = std::function<void(std::function<void()>)>;

    /// Recovers what a crash left, loads the configuration, then starts the thread. Throws where nothing can
    /// be loaded.
    Writer(Layout layout, Disk& disk, Mta& mta, Programs programs, IsAccount is_account, Post post,
           WriterEvents events);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer();  ///< finishes the transaction under way, answers what waits with Busy, joins

    void submit(Request request);
    /// Re-reads what was edited by hand if anything was, publishes, then runs `done` on the loop's thread.
    void refresh(std::function<void()> done);
    /// Runs a pure computation that would hold up the loop (reading a large import) on the writer's thread,
    /// in its turn. It must not throw.
    void compute(std::function<void()> work);
    /// Whether the snapshot still tells what the files hold (a stat for each file).
    bool fresh() const;

    std::shared_ptr<const Snapshot> snapshot() const;
    bool idle() const;
    /// How long the thread has been at one step without a sign of life; zero while it waits for work. For the
    /// watchdog.
    std::chrono::seconds stuck_for() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mailstack

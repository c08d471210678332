// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// One question to polkit, asked without waiting. Fails closed: whatever is not a clear yes is a no.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "bus/caller.hpp"
#include "bus/loop.hpp"
#include "model/action.hpp"

namespace sdbus {
class IConnection;
class IProxy;
}  // namespace sdbus

namespace mailstack {

/// What polkit said, or why it said nothing.
enum class Verdict {
    Granted,
    Denied,
    Dismissed,         ///< the person closed the dialog
    NeedsInteraction,  ///< a password would help, and no dialog was allowed (or nobody is there to show one)
    Unavailable,       ///< polkit is absent or answers with an error
    TimedOut,
    CallerGone,
};

/// What site rules decide on and what the dialog shows: "verb", "alias", "recipients".
using Details = std::map<std::string, std::string>;

class Polkit {
  public:
    /// `patience`: how long a dialog may take; without a dialog polkit has a quarter of it.
    Polkit(Loop& loop, sdbus::IConnection& connection, std::chrono::seconds patience);
    ~Polkit();
    Polkit(const Polkit&) = delete;
    Polkit& operator=(const Polkit&) = delete;

    using Done = std::function<void(Verdict)>;

    /// Calls `done` once, later, on the loop. A caller that leaves the bus meanwhile, and a question that
    /// takes too long, is withdrawn from polkit too.
    void check(const Caller& caller, Action action, const Details& details, bool interactive, Done done);

    void set_patience(std::chrono::seconds patience) { patience_ = patience; }

    /// Withdraws every question: their callers are told CallerGone. For the end of the daemon.
    void withdraw_all();

  private:
    struct Question;
    void settle(std::uint64_t id, Verdict verdict);
    void withdraw(std::uint64_t id, Verdict verdict);

    Loop& loop_;
    sdbus::IConnection& connection_;
    std::chrono::seconds patience_;
    std::unique_ptr<sdbus::IProxy> authority_;
    std::uint64_t last_id_ = 0;
    std::map<std::uint64_t, std::unique_ptr<Question>> questions_;
};

}  // namespace mailstack

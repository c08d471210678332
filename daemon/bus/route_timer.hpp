// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Ends what routes have for a time: the switch that returns by itself, and relays that are retired. The
/// daemon does not end for idleness while there is something to end.
#pragma once

#include <string>

#include "bus/loop.hpp"
#include "engine/route_time.hpp"
#include "engine/writer.hpp"

namespace mailstack {

class RouteTimer {
  public:
    RouteTimer(Loop& loop, Writer& writer);

    /// To be called for each new snapshot.
    void look();
    /// Whether something will be over by itself: until then the daemon has to be there.
    bool waits() const { return waits_; }

  private:
    void expire();
    void expired(const Result& result);

    Loop& loop_;
    Writer& writer_;
    Loop::Source timer_;
    bool waits_ = false, under_way_ = false;
};

}  // namespace mailstack

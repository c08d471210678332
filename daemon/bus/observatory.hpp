// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Explain and Check on their way from the loop to the observer's thread and back.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "bus/loop.hpp"
#include "engine/explain_step.hpp"
#include "engine/finding.hpp"
#include "engine/layout.hpp"
#include "engine/mta.hpp"
#include "engine/observer.hpp"
#include "engine/route_test.hpp"
#include "engine/writer.hpp"
#include "model/mail_address.hpp"

namespace mailstack {

class Observatory {
  public:
    /// `sendmail`: the program that is asked.
    Observatory(Loop& loop, const Writer& writer, const Mta& mta, Layout layout, std::string sendmail);

    using Explained = std::function<void(std::optional<Error>, const std::vector<ExplainStep>&)>;
    using RouteTested = std::function<void(std::optional<Error>, const std::vector<RouteStep>&)>;
    using Counted = std::function<void(std::optional<Error>, std::uint32_t)>;
    using Checked = std::function<void(std::optional<Error>, const Findings&)>;

    /// `done` is called once, on the loop's thread. What is told holds for one configuration: where a commit
    /// came between, it is asked for again.
    void explain(MailAddress address, std::uint32_t caller, Explained done);
    /// Calls that come while one is under way are answered together by the next: each tells what was found
    /// after it came.
    void check(Checked done);
    /// Throws Error{NoSuchRoute, InvalidConfiguration}; `done` as above.
    void test_route(const RouteId& id, RouteTested done);
    void count_queued(Counted done);

  private:
    void start_check();

    /// Computes on the observer's thread, then runs `then` on the loop with an error or the value. What looks
    /// at the configuration alone is computed again where a commit came between.
    template <typename Value>
    void observe(Observer& observer, bool again, std::function<Value(const Snapshot&)> compute,
                 std::function<void(std::optional<Error>, const Value&)> then);

    Loop& loop_;
    const Writer& writer_;
    const Mta& mta_;
    Layout layout_;
    std::string sendmail_;
    std::vector<Checked> waiting_;
    bool checking_ = false;
    Observer observer_, relay_tester_;  ///< the last: their threads use what stands above
};

}  // namespace mailstack

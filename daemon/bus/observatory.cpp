// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/observatory.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include "engine/check.hpp"
#include "engine/explain.hpp"
#include "engine/inspect.hpp"

namespace mailstack {

Observatory::Observatory(Loop& loop, const Writer& writer, const Mta& mta, Layout layout,
                         std::string sendmail)
    : loop_(loop), writer_(writer), mta_(mta), layout_(std::move(layout)), sendmail_(std::move(sendmail)) {}

template <typename Value>
void Observatory::observe(std::function<Value(const Snapshot&)> compute,
                          std::function<void(std::optional<Error>, const Value&)> then) {
    // What `then` holds (the answer to a call) belongs to the loop: only the loop destroys it.
    const auto shared = std::make_shared<decltype(then)>(std::move(then));
    observer_.run([this, compute = std::move(compute), shared]() mutable {
        std::optional<Error> failed;
        Value value{};
        try {
            auto snapshot = writer_.snapshot();
            value = compute(*snapshot);
            if (writer_.snapshot()->generation != snapshot->generation) {
                snapshot = writer_.snapshot();
                value = compute(*snapshot);
            }
        } catch (const Error& error) {
            failed = error;
        } catch (const std::exception& error) {
            failed = Error(Code::Internal, error.what());
        }
        loop_.post(
            [shared = std::move(shared), failed, value = std::move(value)] { (*shared)(failed, value); });
    });
}

void Observatory::explain(MailAddress address, Explained done) {
    // A resolver that does not answer must not hold up those who wait behind.
    constexpr std::chrono::seconds patience{15};
    observe<std::vector<ExplainStep>>(
        [test = AddressTest{.program = sendmail_, .cf = layout_.sendmail_cf(), .patience = patience},
         address = std::move(address)](const Snapshot& snapshot) {
            return mailstack::explain(snapshot.configuration, test, address);
        },
        std::move(done));
}

void Observatory::check(Checked done) {
    waiting_.push_back(std::move(done));
    if (!checking_) {
        start_check();
    }
}

void Observatory::start_check() {
    checking_ = true;
    const InspectionPlan plan{
        .layout = layout_, .sendmail = sendmail_, .mta = mta_.state(), .mta_unit = mta_.unit()};
    observe<Findings>([plan](const Snapshot& snapshot) { return mailstack::check(inspect(plan, snapshot)); },
                      [this, asked = std::exchange(waiting_, {})](const std::optional<Error>& failed,
                                                                  const Findings& findings) {
                          checking_ = false;
                          for (const Checked& done : asked) {
                              done(failed, findings);
                          }
                          if (!waiting_.empty()) {
                              start_check();
                          }
                      });
}

}  // namespace mailstack

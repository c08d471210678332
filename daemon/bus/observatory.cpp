// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/observatory.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include "base/real_disk.hpp"
#include "bus/accounts.hpp"
#include "engine/check.hpp"
#include "engine/explain.hpp"
#include "engine/explain_recipes.hpp"
#include "engine/inspect.hpp"
#include "engine/own_name.hpp"
#include "engine/queue.hpp"
#include "engine/secret_file.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {

Observatory::Observatory(Loop& loop, const Writer& writer, const Mta& mta, Layout layout,
                         std::string sendmail)
    : loop_(loop), writer_(writer), mta_(mta), layout_(std::move(layout)), sendmail_(std::move(sendmail)) {}

template <typename Value>
void Observatory::observe(Observer& observer, bool again, std::function<Value(const Snapshot&)> compute,
                          std::function<void(std::optional<Error>, const Value&)> then) {
    // What `then` holds (the answer to a call) belongs to the loop: only the loop destroys it.
    const auto shared = std::make_shared<decltype(then)>(std::move(then));
    observer.run([this, again, compute = std::move(compute), shared]() mutable {
        std::optional<Error> failed;
        Value value{};
        try {
            auto snapshot = writer_.snapshot();
            value = compute(*snapshot);
            if (again && writer_.snapshot()->generation != snapshot->generation) {
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

void Observatory::explain(MailAddress address, std::uint32_t caller, Explained done) {
    // A resolver that does not answer must not hold up those who wait behind.
    constexpr std::chrono::seconds patience{15};
    observe<std::vector<ExplainStep>>(
        observer_, true,
        [test = AddressTest{.program = sendmail_, .cf = layout_.sendmail_cf(), .patience = patience},
         address = std::move(address), caller, layout = layout_](const Snapshot& snapshot) {
            const auto may_see = [caller](const Account& account) {
                return caller == 0 || caller == account.identity.user;
            };
            return mailstack::explain(snapshot.configuration, test, address, [&](const std::string& name) {
                RealDisk disk;
                return recipe_steps(layout, disk, name, account_of, may_see);
            });
        },
        std::move(done));
}

void Observatory::test_route(const RouteId& id, RouteTested done) {
    observe<std::vector<RouteStep>>(
        relay_tester_, false,
        [this, id](const Snapshot& snapshot) {
            constexpr std::chrono::seconds patience{20};  // less than the 25 s for which busctl waits
            const Configuration& configuration = snapshot.configuration;
            const Relay* const relay = configuration.routes.file.routes().relay(id);
            if (relay == nullptr) {
                throw Error(id.built_in() ? Code::InvalidArgument : Code::NoSuchRoute,
                            id.built_in() ? "the route " + quoted(id.text()) + " has no relay to test"
                                          : "there is no route " + quoted(id.text()));
            }
            RealDisk disk;
            std::shared_ptr<const Secret> secret;
            if (const auto credential = credential_of(*relay)) {
                secret = read_secret(layout_.secrets(), disk, *credential);
            }
            const std::string& cf = configuration.cf.file.print();
            const std::string host = host_name();
            const TrustAnchors anchors{.file = cf_value(cf, "CACertFile"),
                                       .directory = cf_value(cf, "CACertPath")};
            return mailstack::test_route(*relay, secret.get(), anchors,
                                         own_name(cf, host.empty() ? "localhost" : host),
                                         std::chrono::steady_clock::now() + patience);
        },
        std::move(done));
}

void Observatory::count_queued(Counted done) {
    observe<std::uint32_t>(
        observer_, false,
        [](const Snapshot& snapshot) {
            const Configuration& configuration = snapshot.configuration;
            return mailstack::count_queued(configuration.cf.file.print(), configuration.local_hosts);
        },
        [done = std::move(done)](const std::optional<Error>& failed, const std::uint32_t& messages) {
            done(failed, messages);
        });
}

void Observatory::check(Checked done) {
    waiting_.push_back(std::move(done));
    if (!checking_) {
        start_check();
    }
}

void Observatory::start_check() {
    checking_ = true;
    const InspectionPlan plan{.layout = layout_,
                              .sendmail = sendmail_,
                              .mta = mta_.state(),
                              .mta_unit = mta_.unit(),
                              .account_of = account_of};
    observe<Findings>(
        observer_, true,
        [plan](const Snapshot& snapshot) { return mailstack::check(inspect(plan, snapshot)); },
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

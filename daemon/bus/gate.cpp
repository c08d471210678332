// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/gate.hpp"

#include "base/error.hpp"
#include "engine/authorization.hpp"

namespace mailstack {
namespace {

const Actions all_actions = Actions().set();

/// What runs inside of a callback: an error of ours goes to `done`, which answers the caller.
template <typename Work>
void guarded(const Gate::Wish& wish, Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        wish.done(error, {});
    } catch (const std::exception& error) {
        wish.done(Error(Code::Internal, error.what()), {});
    }
}

void finish(const Gate::Wish& wish, const Result& result) {
    if (const auto* const error = std::get_if<Error>(&result)) {
        wish.done(*error, {});
        return;
    }
    const auto& outcome = std::get<Outcome>(result);
    if (!outcome.live) {
        wish.done(Error(Code::NoMta, "written as generation " + std::to_string(outcome.generation) +
                                         ", but not live: no MTA runs that could use it"),
                  {});
        return;
    }
    wish.done(std::nullopt, outcome);
}

}  // namespace

Gate::Gate(Loop& loop, Writer& writer, Authorizer& authorizer, Lifetime& lifetime, IsAccount is_account)
    : loop_(loop),
      writer_(writer),
      authorizer_(authorizer),
      lifetime_(lifetime),
      is_account_(std::move(is_account)) {}

void Gate::read(std::function<void(const Snapshot&)> read) {
    if (writer_.fresh()) {
        read(*writer_.snapshot());
    } else {
        writer_.refresh([this, read = std::move(read)] { read(*writer_.snapshot()); });
    }
}

std::shared_ptr<void> Gate::place_for(const Caller& caller) {
    constexpr int most_of_one_user = 16;
    constexpr int most_of_all = 96;
    if (caller.uid == 0) {
        return nullptr;
    }
    int all = 0;
    for (const auto& [uid, calls] : *under_way_) {
        all += calls;
    }
    if ((*under_way_)[caller.uid] >= most_of_one_user || all >= most_of_all) {
        throw Error(Code::LimitExceeded,
                    "too many calls are under way: " + std::to_string((*under_way_)[caller.uid]) +
                        " of yours, " + std::to_string(all) + " in all; wait for their answers");
    }
    ++(*under_way_)[caller.uid];
    return {nullptr, [under_way = under_way_, uid = caller.uid](void*) {
                if (--(*under_way)[uid] == 0) {
                    under_way->erase(uid);
                }
            }};
}

void Gate::freshen() {
    constexpr std::chrono::milliseconds a_moment{200};
    lifetime_.touch();
    if (writer_.fresh() || *refreshing_) {
        return;
    }
    // (fresh() does not throw: what cannot be looked at is not fresh)
    *refreshing_ = true;
    writer_.refresh([under_way = refreshing_] { *under_way = false; });
    loop_.run_posted_until([under_way = refreshing_] { return !*under_way; }, a_moment);
}

void Gate::change(Wish wish) {
    const auto shared = std::make_shared<Wish>(std::move(wish));
    if (shared->caller.uid == 0) {
        // Nobody is asked about root, and the writer looks at the files itself.
        guarded(*shared, [&] { submit(shared, all_actions); });
        return;
    }
    read([this, shared](const Snapshot&) { guarded(*shared, [&] { ask_for(shared); }); });
}

void Gate::ask_for(const std::shared_ptr<Wish>& wish) {
    if (!std::holds_alternative<ImportAliases>(wish->change)) {
        authorize_wish(wish, required_actions(writer_.snapshot()->configuration, wish->change, is_account_));
        return;
    }
    // Very many names to look up: nobody waits for that.
    aside<Actions>(
        [wish, snapshot = writer_.snapshot(), is_account = is_account_] {
            return required_actions(snapshot->configuration, wish->change, is_account);
        },
        [this, wish](const std::optional<Error>& failed, const Actions& required) {
            if (failed) {
                wish->done(failed, {});
            } else {
                authorize_wish(wish, required);
            }
        });
}

void Gate::authorize_wish(std::shared_ptr<Wish> wish, const Actions& required) {
    const Actions missing = required & ~wish->granted;
    if (missing.none() && wish->granted.any()) {
        submit(wish, wish->granted);
        return;
    }
    authorizer_.authorize(wish->caller, missing, wish->details,
                          [this, wish, required](const std::optional<Error>& refused) {
                              if (refused) {
                                  wish->done(refused, {});
                              } else {
                                  submit(wish, required | wish->granted);
                              }
                          });
}

void Gate::submit(const std::shared_ptr<Wish>& wish, const Actions& granted) {
    writer_.submit({std::move(wish->change), granted, wish->caller.uid,
                    [wish](const Result& result) { finish(*wish, result); }, wish->progress});
}

void Gate::serve_change(const sdbus::IObject& object, std::string_view interface, const char* method,
                        sdbus::Result<std::uint64_t>&& result, Details details,
                        std::function<Change()> decode) {
    details.emplace("verb", method);
    serve(object, interface, method, std::move(result),
          [this, details = std::move(details), decode = std::move(decode)](
              const Caller& caller, const Answer<std::uint64_t>& answer) {
              change({caller,
                      decode(),
                      details,
                      {},
                      [answer](const std::optional<Error>& error, const Outcome& outcome) {
                          error ? answer.refuse(*error) : answer.give(outcome.generation);
                      }});
          });
}

}  // namespace mailstack

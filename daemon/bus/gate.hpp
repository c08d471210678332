// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What every method goes through, top to bottom: admission by the table, the caller, polkit, then the work.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "bus/answer.hpp"
#include "bus/authorizer.hpp"
#include "bus/caller.hpp"
#include "bus/lifetime.hpp"
#include "bus/method_table.hpp"
#include "engine/observer.hpp"
#include "engine/writer.hpp"

namespace mailstack {

class Gate {
  public:
    Gate(Loop& loop, Writer& writer, Authorizer& authorizer, Lifetime& lifetime, IsAccount is_account);

    /// Answers `result` with what work(caller, answer) gives to the answer, once the table and polkit admit
    /// the call.
    template <typename... Values, typename Work>
    void serve(const sdbus::IObject& object, std::string_view interface, const char* method,
               sdbus::Result<Values...>&& result, Work work) {
        serve(object, interface, method, std::move(result), details_of(method), std::move(work));
    }

    /// The same, where polkit is told more than the verb.
    template <typename... Values, typename Work>
    void serve(const sdbus::IObject& object, std::string_view interface, const char* method,
               sdbus::Result<Values...>&& result, Details details, Work work) {
        details.emplace("verb", method);
        const Answer<Values...> answer(method, std::move(result), lifetime_.begin_call());
        answer.guard([&] {
            const auto row = admission(interface, method);
            if (!row) {
                throw Error(Code::AccessDenied, std::string("no action allows ") + method);
            }
            const Caller caller = callers_.current(object);
            answer.keep(place_for(caller));
            if (!row->action) {
                work(caller, answer);
                return;
            }
            authorizer_.authorize(caller, just(*row->action), details,
                                  [=](const std::optional<Error>& refused) {
                                      answer.guard([&] {
                                          if (refused) {
                                              throw *refused;
                                          }
                                          work(caller, answer);
                                      });
                                  });
        });
    }

    /// Runs `read` on a snapshot that tells what the files hold now.
    void read(std::function<void(const Snapshot&)> read);

    /// For a property, which cannot be answered later: waits a moment until the snapshot tells what the files
    /// hold now. Where the writer is busy for longer, the snapshot stays as it is, and PropertiesChanged
    /// follows.
    void freshen();

    /// A change on its way to the writer.
    struct Wish {
        Caller caller;
        Change change;
        Details details;
        Actions granted;  ///< what was granted on the way here
        std::function<void(std::optional<Error>, const Outcome&)>
            done;  ///< an Outcome where there is no error
        std::function<void(std::uint64_t, std::uint64_t)> progress{};
    };
    /// Computes on the writer's thread, in its turn, then runs `then` on the loop with an error or the value.
    template <typename Value>
    void aside(std::function<Value()> compute, std::function<void(std::optional<Error>, Value)> then) {
        writer_.compute([this, compute = std::move(compute), then = std::move(then)] {
            Value value{};
            const auto failed = failure_of([&] { value = compute(); });
            loop_.post([then, failed, value = std::move(value)] { then(failed, value); });
        });
    }
    /// The same on the thread of `observer`, for what takes long and for which no change is to wait.
    template <typename Value>
    void beside(Observer& observer, std::function<Value()> compute,
                std::function<void(std::optional<Error>, std::optional<Value>)> then) {
        // What `then` holds (the answer to a call) belongs to the loop: only the loop destroys it.
        const auto shared = std::make_shared<decltype(then)>(std::move(then));
        observer.run([this, compute = std::move(compute), shared]() mutable {
            std::optional<Value> value;
            const auto failed = failure_of([&] { value = compute(); });
            loop_.post(
                [shared = std::move(shared), failed, value = std::move(value)] { (*shared)(failed, value); });
        });
    }

    /// Asks for what the change requires and was not granted yet, then submits it.
    void change(Wish wish);

    /// The whole way of a verb that answers with a generation: decodes, authorizes, submits, answers.
    void serve_change(const sdbus::IObject& object, std::string_view interface, const char* method,
                      sdbus::Result<std::uint64_t>&& result, Details details, std::function<Change()> decode);

    /// What `work` throws.
    template <typename Work>
    static std::optional<Error> failure_of(const Work& work) {
        try {
            work();
            return std::nullopt;
        } catch (const Error& error) {
            return error;
        } catch (const std::exception& error) {
            return Error(Code::Internal, error.what());
        }
    }

    static Details details_of(const std::string& method) {
        return {{"verb", method}, {"alias", ""}, {"recipients", ""}};
    }

    Writer& writer() { return writer_; }
    Authorizer& authorizer() { return authorizer_; }
    Loop& loop() { return loop_; }
    Lifetime& lifetime() { return lifetime_; }

  private:
    /// One of the calls that may be under way: the bus lets us wait for 128 answers of polkit's and systemd's
    /// at a time, and each waiting call holds memory and descriptors. Throws LimitExceeded. root always has a
    /// place.
    std::shared_ptr<void> place_for(const Caller& caller);
    /// Finds out what the change requires on the present snapshot, and asks for it.
    void ask_for(const std::shared_ptr<Wish>& wish);
    void authorize_wish(std::shared_ptr<Wish> wish, const Actions& required);
    void submit(const std::shared_ptr<Wish>& wish, const Actions& granted);

    Loop& loop_;
    Writer& writer_;
    Authorizer& authorizer_;
    Lifetime& lifetime_;
    IsAccount is_account_;
    Callers callers_;
    std::shared_ptr<std::map<std::uint32_t, int>> under_way_ =
        std::make_shared<std::map<std::uint32_t, int>>();
    std::shared_ptr<bool> refreshing_ = std::make_shared<bool>(false);
};

}  // namespace mailstack

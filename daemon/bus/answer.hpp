// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The answer to one call: given once, whatever happens. An exception becomes an error, and an answer that
/// everybody dropped becomes an error too.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "bus/error_table.hpp"
#include "bus/lifetime.hpp"
#include "bus/sdbus_compat.hpp"

namespace mailstack {

/// Copies share the one answer.
template <typename... Values>
class Answer {
  public:
    Answer(std::string method, sdbus::Result<Values...>&& result, Lifetime::Call call)
        : state_(std::make_shared<State>(std::move(method), std::move(result), std::move(call))) {}

    void give(const Values&... values) const {
        state_->send([&](auto& result) { result.returnResults(values...); });
    }
    void refuse(const Error& error) const { state_->refuse(error); }
    /// Holds `token` until the call is answered.
    void keep(std::shared_ptr<void> token) const { state_->token = std::move(token); }

    /// Runs `work`; what it throws is the answer.
    template <typename Work>
    void guard(Work&& work) const noexcept {
        state_->guard(std::forward<Work>(work));
    }

  private:
    struct State {
        State(std::string m, sdbus::Result<Values...>&& r, Lifetime::Call c)
            : method(std::move(m)), result(std::move(r)), call(std::move(c)) {}
        State(const State&) = delete;
        State& operator=(const State&) = delete;
        ~State() {
            guard([this] {
                refuse(Error(Code::Internal,
                             method + " ended without an answer: the daemon is ending or has a defect"));
            });
        }

        template <typename Work>
        void guard(Work&& work) noexcept {
            try {
                work();
            } catch (const Error& error) {
                refuse(error);
            } catch (const std::bad_alloc&) {
                refuse(Error(Code::LimitExceeded, "not enough memory for this call"));
            } catch (const std::exception& error) {
                refuse(Error(Code::Internal, error.what()));
            } catch (...) {
                refuse(Error(Code::Internal, "something was thrown that is no exception"));
            }
        }

        void refuse(const Error& error) noexcept {
            if (error.code() == Code::Internal && result) {
                log::error(method + ": " + error.what());
            }
            send([&](auto& r) { r.returnError(bus_error(error)); });
        }

        template <typename Send>
        void send(Send&& how) noexcept {
            if (!result) {
                return;
            }
            const auto once = std::exchange(result, std::nullopt);
            try {
                how(*once);
            } catch (const std::exception& error) {
                log::warning("cannot answer " + method + ": " + error.what());
            }
            call.reset();
            token.reset();
        }

        std::string method;
        std::optional<sdbus::Result<Values...>> result;
        Lifetime::Call call;
        std::shared_ptr<void> token;
    };

    std::shared_ptr<State> state_;
};

}  // namespace mailstack

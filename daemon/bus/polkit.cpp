// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/polkit.hpp"

#include <utility>

#include "base/log.hpp"
#include "bus/sdbus_compat.hpp"

namespace mailstack {
namespace {

constexpr const char* service = "org.freedesktop.PolicyKit1";
constexpr const char* path = "/org/freedesktop/PolicyKit1/Authority";
constexpr const char* interface = "org.freedesktop.PolicyKit1.Authority";
constexpr std::uint32_t allow_user_interaction = 1;

using Subject = sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>>;
using PolkitAnswer = sdbus::Struct<bool, bool, std::map<std::string, std::string>>;

Verdict verdict_of(const PolkitAnswer& answer) {
    const bool authorized = std::get<0>(answer);
    const bool challenge = std::get<1>(answer);
    if (authorized) {
        return Verdict::Granted;
    }
    if (std::get<2>(answer).contains("polkit.dismissed")) {
        return Verdict::Dismissed;
    }
    return challenge ? Verdict::NeedsInteraction : Verdict::Denied;
}

std::string cancellation(std::uint64_t id) {
    return "mailstackd-" + std::to_string(id);
}

}  // namespace

struct Polkit::Question {
    Done done;
    Loop::Source deadline{};
    sdbus::Slot caller_gone{};
};

Polkit::Polkit(Loop& loop, sdbus::IConnection& connection, std::chrono::seconds patience)
    : loop_(loop),
      connection_(connection),
      patience_(patience),
      authority_(compat::proxy(connection, service, path)) {}

Polkit::~Polkit() = default;

void Polkit::check(const Caller& caller, Action action, const Details& details, bool interactive, Done done) {
    const std::uint64_t id = ++last_id_;
    const std::chrono::milliseconds patience =
        interactive ? patience_ : std::chrono::milliseconds(patience_) / 4;
    auto question = std::make_unique<Question>();
    question->done = std::move(done);
    question->deadline = loop_.after(patience, [this, id] { withdraw(id, Verdict::TimedOut); });
    // The handler posts: it must not destroy the slot that it runs in.
    question->caller_gone =
        compat::add_match(connection_,
                          "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                          "member='NameOwnerChanged',arg0='" +
                              caller.name + "',arg2=''",
                          [this, id] { loop_.post([this, id] { withdraw(id, Verdict::CallerGone); }); });
    questions_.emplace(id, std::move(question));

    const Subject subject{"system-bus-name", {{"name", sdbus::Variant{caller.name}}}};
    authority_->callMethodAsync("CheckAuthorization")
        .onInterface(interface)
        .withTimeout(patience + std::chrono::seconds(1))
        .withArguments(subject, std::string(name(action)), details, interactive ? allow_user_interaction : 0U,
                       cancellation(id))
        .uponReplyInvoke([this, id](compat::Failure failure, const PolkitAnswer& answer) {
            if (failure && questions_.contains(id)) {
                log::warning(std::string("polkit does not answer: ") + failure->what());
            }
            const Verdict verdict = failure ? Verdict::Unavailable : verdict_of(answer);
            loop_.post([this, id, verdict] { settle(id, verdict); });
        });
}

/// Gives the verdict, unless the question was settled before.
void Polkit::settle(std::uint64_t id, Verdict verdict) {
    if (const auto question = questions_.extract(id)) {
        question.mapped()->done(verdict);
    }
}

void Polkit::withdraw(std::uint64_t id, Verdict verdict) {
    if (!questions_.contains(id)) {
        return;
    }
    authority_->callMethodAsync("CancelCheckAuthorization")
        .onInterface(interface)
        .withArguments(cancellation(id))
        .uponReplyInvoke([](compat::Failure) {});  // polkit may have answered just now
    settle(id, verdict);
}

void Polkit::withdraw_all() {
    while (!questions_.empty()) {
        withdraw(questions_.begin()->first, Verdict::CallerGone);
    }
}

}  // namespace mailstack

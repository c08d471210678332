// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/manager_adaptor.hpp"

#include <utility>

#include "bus/changed_properties.hpp"
#include "bus/escape.hpp"
#include "bus/names.hpp"
#include "bus/setup_request.hpp"

namespace mailstack {
namespace {

std::string word_for(MtaState state) {
    switch (state) {
        case MtaState::Absent:
            return "absent";
        case MtaState::Stopped:
            return "stopped";
        case MtaState::Running:
            break;
    }
    return "running";
}

std::vector<sdbus::Struct<std::string, std::string, std::string>> bus_steps(
    const std::vector<ExplainStep>& steps) {
    std::vector<sdbus::Struct<std::string, std::string, std::string>> told;
    for (const auto& [step, happens, place] : steps) {
        told.emplace_back(step, bus_text(happens), bus_text(place));
    }
    return told;
}

std::vector<sdbus::Struct<std::string, std::string, std::string, std::string>> bus_findings(
    const Findings& findings) {
    std::vector<sdbus::Struct<std::string, std::string, std::string, std::string>> told;
    for (const auto& [severity, code, message, remedy] : findings) {
        told.emplace_back(std::string(word(severity)), code, bus_text(message), bus_text(remedy));
    }
    return told;
}

}  // namespace

ManagerAdaptor::ManagerAdaptor(sdbus::IConnection& connection, Gate& gate, const Mta& mta,
                               const Layout& layout, Observatory& observatory)
    : AdaptorInterfaces(connection, compat::ObjectPath(object_path)),
      gate_(gate),
      mta_(mta),
      layout_(layout),
      observatory_(observatory),
      told_(picture()) {
    registerAdaptor();
}

ManagerAdaptor::~ManagerAdaptor() {
    unregisterAdaptor();
}

ManagerAdaptor::Picture ManagerAdaptor::picture() const {
    const auto snapshot = gate_.writer().snapshot();
    return {snapshot->generation,
            snapshot->live_generation,
            snapshot->state == EngineState::Degraded ? "degraded" : "running",
            bus_text(snapshot->reason),
            bus_text(mta_.unit()),
            word_for(mta_.state()),
            bus_texts(snapshot->drifted)};
}

/// The picture for somebody who asks now: a hand edit of a moment ago is in it.
ManagerAdaptor::Picture ManagerAdaptor::asked() {
    gate_.freshen();
    return picture();
}

void ManagerAdaptor::publish() {
    const Picture now = picture();
    ChangedProperties changed;
    changed.compare(told_.generation, now.generation, "Generation");
    changed.compare(told_.live_generation, now.live_generation, "LiveGeneration");
    changed.compare(told_.state, now.state, "State");
    changed.compare(told_.state_reason, now.state_reason, "StateReason");
    changed.compare(told_.mta_unit, now.mta_unit, "MtaUnit");
    changed.compare(told_.mta_state, now.mta_state, "MtaState");
    changed.compare(told_.drifted, now.drifted, "Drifted");
    told_ = now;
    changed.emit(getObject(), manager_interface);
}

void ManagerAdaptor::applied(std::uint64_t generation, const std::vector<std::string>& summaries) {
    constexpr std::size_t at_most = 100;
    emitApplied(generation,
                bus_texts({summaries.begin(), summaries.begin() + static_cast<std::ptrdiff_t>(
                                                                      std::min(at_most, summaries.size()))}));
}

void ManagerAdaptor::rolled_back(std::uint64_t generation, const std::string& reason) {
    emitRolledBack(generation, bus_text(reason));
}

void ManagerAdaptor::submit(const char* method, Change change, sdbus::Result<std::uint64_t>&& result) {
    gate_.serve_change(getObject(), manager_interface, method, std::move(result), Gate::details_of(method),
                       [change = std::move(change)] { return change; });
}

void ManagerAdaptor::Reload(sdbus::Result<std::uint64_t>&& result) {
    submit("Reload", mailstack::Reload{}, std::move(result));
}

void ManagerAdaptor::Restart(sdbus::Result<std::uint64_t>&& result) {
    submit("Restart", mailstack::Restart{}, std::move(result));
}

void ManagerAdaptor::RebuildCf(sdbus::Result<std::uint64_t>&& result) {
    gate_.serve_change(getObject(), manager_interface, "RebuildCf", std::move(result),
                       {{"domain", "as it is"}, {"user", "as it is"}}, [] { return mailstack::RebuildCf{}; });
}

void ManagerAdaptor::Setup(sdbus::Result<std::uint64_t>&& result, std::string domain, std::string user,
                           std::map<std::string, sdbus::Variant> options) {
    gate_.serve_change(getObject(), manager_interface, "Setup", std::move(result),
                       {{"domain", domain}, {"user", user}},
                       [this, domain, user, options = std::move(options)]() -> Change {
                           return setup_request(layout_, domain, user, options);
                       });
}

void ManagerAdaptor::GetPermissions(sdbus::Result<std::map<std::string, std::string>>&& result) {
    gate_.serve(getObject(), manager_interface, "GetPermissions", std::move(result),
                [this](const Caller& caller, const Answer<std::map<std::string, std::string>>& answer) {
                    gate_.authorizer().permissions(
                        caller,
                        [answer](const Authorizer::Permissions& permissions) { answer.give(permissions); });
                });
}

void ManagerAdaptor::Explain(sdbus::Result<Steps>&& result, std::string address) {
    gate_.serve(
        getObject(), manager_interface, "Explain", std::move(result),
        [this, address](const Caller& caller, const Answer<Steps>& answer) {
            const MailAddress asked(bus_bytes(address));
            gate_.read([this, answer, asked, uid = caller.uid](const Snapshot&) {
                observatory_.explain(
                    asked, uid,
                    [answer](const std::optional<Error>& failed, const std::vector<ExplainStep>& steps) {
                        answer.guard([&] { failed ? throw *failed : answer.give(bus_steps(steps)); });
                    });
            });
        });
}

void ManagerAdaptor::Check(sdbus::Result<Found>&& result) {
    gate_.serve(
        getObject(), manager_interface, "Check", std::move(result),
        [this](const Caller& /*caller*/, const Answer<Found>& answer) {
            gate_.read([this, answer](const Snapshot&) {
                observatory_.check([answer](const std::optional<Error>& failed, const Findings& findings) {
                    answer.guard([&] { failed ? throw *failed : answer.give(bus_findings(findings)); });
                });
            });
        });
}

std::string ManagerAdaptor::Version() {
    gate_.lifetime().touch();
    return MAILSTACK_VERSION;
}
std::uint64_t ManagerAdaptor::Generation() {
    return asked().generation;
}
std::uint64_t ManagerAdaptor::LiveGeneration() {
    return asked().live_generation;
}
std::string ManagerAdaptor::State() {
    return asked().state;
}
std::string ManagerAdaptor::StateReason() {
    return asked().state_reason;
}
std::string ManagerAdaptor::MtaUnit() {
    return asked().mta_unit;
}
std::string ManagerAdaptor::MtaState() {
    return asked().mta_state;
}
std::vector<std::string> ManagerAdaptor::Drifted() {
    return asked().drifted;
}

}  // namespace mailstack

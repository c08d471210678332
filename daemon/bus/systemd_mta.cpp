// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/systemd_mta.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/file_facts.hpp"
#include "base/log.hpp"
#include "base/real_disk.hpp"
#include "bus/accounts.hpp"
#include "bus/sdbus_compat.hpp"
#include "engine/delivery_proof.hpp"
#include "engine/pid_file.hpp"
#include "engine/route_probe.hpp"
#include "engine/smtp_probe.hpp"

namespace mailstack {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr const char* service = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* systemd_manager_interface = "org.freedesktop.systemd1.Manager";
constexpr const char* unit_interface = "org.freedesktop.systemd1.Unit";
constexpr const char* service_interface = "org.freedesktop.systemd1.Service";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";
constexpr seconds systemd_patience{2};  ///< for a question that systemd answers out of its memory
constexpr seconds job_patience{90};
constexpr seconds greeting_patience{30};
constexpr seconds delivery_patience{30};

/// What the distributions and mailstack call it, the likeliest first.
constexpr std::array known_units{"sendmail.service", "sendmail-mta.service", "sm-mta.service"};

template <typename Value>
Value property(sdbus::IProxy& unit, const char* interface, const char* name) {
    sdbus::Variant value;
    unit.callMethod("Get")
        .onInterface(properties_interface)
        .withTimeout(systemd_patience)
        .withArguments(std::string(interface), std::string(name))
        .storeResultsTo(value);
    return value.get<Value>();
}

std::string text_property(sdbus::IProxy& unit, const char* name) {
    return property<std::string>(unit, unit_interface, name);
}

/// "/usr/sbin/sendmail-mta", "/etc/init.d/sendmail"
bool names_sendmail(const std::string& path) {
    return path.substr(path.rfind('/') + 1).starts_with("sendmail");
}

/// Whether the service is sendmail's by what it starts, or by the init script that it was made from.
bool starts_sendmail(sdbus::IProxy& unit) {
    // The program, its arguments, whether its failure counts, and how it last went: times, pid, result.
    using Command = sdbus::Struct<std::string, std::vector<std::string>, bool, std::uint64_t, std::uint64_t,
                                  std::uint64_t, std::uint64_t, std::uint32_t, std::int32_t, std::int32_t>;
    if (names_sendmail(text_property(unit, "SourcePath"))) {
        return true;
    }
    const auto commands = property<std::vector<Command>>(unit, service_interface, "ExecStart");
    return std::any_of(commands.begin(), commands.end(),
                       [](const Command& command) { return names_sendmail(std::get<0>(command)); });
}

/// "active (exited)" is what systemd says of an init script whose daemon is not there.
MtaState state_of(const std::string& active, const std::string& sub) {
    const bool up = active == "active" || active == "reloading" || active == "refreshing";
    return up && sub != "exited" ? MtaState::Running : MtaState::Stopped;
}

}  // namespace

SystemdMta::SystemdMta(Loop& loop, sdbus::IConnection& connection, Layout layout,
                       std::function<void()> changed)
    : loop_(loop),
      connection_(connection),
      layout_(std::move(layout)),
      changed_(std::move(changed)),
      manager_(compat::proxy(connection, service, manager_path)) {
    try {
        listen_to_systemd();
        look_for_unit();
    } catch (const sdbus::Error& error) {
        log::warning(std::string("systemd does not answer, so that no MTA can be controlled: ") +
                     error.what());
    }
}

SystemdMta::~SystemdMta() = default;

void SystemdMta::listen_to_systemd() {
    manager_->uponSignal("JobRemoved")
        .onInterface(systemd_manager_interface)
        .call([this](std::uint32_t, const sdbus::ObjectPath& job, const std::string&,
                     const std::string& outcome) {
            if (const auto ours = jobs_.extract(job)) {
                ours.mapped()->set_value(outcome);
            }
        });
    manager_->uponSignal("Reloading").onInterface(systemd_manager_interface).call([this](bool begins) {
        if (!begins) {  // units may have come or gone
            loop_.post([this] { look_for_unit(); });
        }
    });
    compat::finish_registration(*manager_);
    manager_->callMethod("Subscribe").onInterface(systemd_manager_interface).withTimeout(systemd_patience);
}

std::string SystemdMta::configuration() const {
    return read_if_regular(layout_.sendmail_cf());
}

std::string SystemdMta::pid_file() const {
    return cf_value(configuration(), "PidFile");
}

/// The unit's object path, or "" where there is none.
std::string SystemdMta::path_of_unit() const {
    sdbus::ObjectPath path;
    if (const pid_t pid = pid_in_file(pid_file()); pid != 0) {
        try {
            manager_->callMethod("GetUnitByPID")
                .onInterface(systemd_manager_interface)
                .withTimeout(systemd_patience)
                .withArguments(static_cast<std::uint32_t>(pid))
                .storeResultsTo(path);
            // Not the scope of a person who started it by hand. And a pid file that was left behind may name
            // a process of any other service by now.
            if (path.ends_with("_2eservice") && starts_sendmail(*compat::proxy(connection_, service, path))) {
                return path;
            }
        } catch (const sdbus::Error&) {  // no unit has such a process
        }
    }
    for (const char* const name : known_units) {
        manager_->callMethod("LoadUnit")
            .onInterface(systemd_manager_interface)
            .withTimeout(systemd_patience)
            .withArguments(std::string(name))
            .storeResultsTo(path);
        if (text_property(*compat::proxy(connection_, service, path), "LoadState") == "loaded") {
            return path;
        }
    }
    return "";
}

void SystemdMta::look_for_unit() {
    const std::string path = path_of_unit();
    if (path.empty()) {
        unit_proxy_.reset();
        remember("", MtaState::Absent);
    } else {
        follow(path);
    }
}

void SystemdMta::follow(const std::string& path) {
    if (!unit_proxy_ || unit_proxy_->getObjectPath() != path) {
        unit_proxy_ = compat::proxy(connection_, service, path);
        unit_proxy_->uponSignal("PropertiesChanged")
            .onInterface(properties_interface)
            .call([this](const std::string& interface, const std::map<std::string, sdbus::Variant>& changed,
                         const std::vector<std::string>&) {
                if (interface == unit_interface && changed.contains("ActiveState") &&
                    changed.contains("SubState")) {
                    remember(unit(), state_of(changed.at("ActiveState").get<std::string>(),
                                              changed.at("SubState").get<std::string>()));
                }
            });
        compat::finish_registration(*unit_proxy_);
    }
    remember(text_property(*unit_proxy_, "Id"),
             state_of(text_property(*unit_proxy_, "ActiveState"), text_property(*unit_proxy_, "SubState")));
}

void SystemdMta::remember(const std::string& unit, MtaState state) {
    {
        const std::scoped_lock lock(guard_);
        if (unit_ == unit && state_ == state) {
            return;
        }
        unit_ = unit;
        state_ = state;
    }
    loop_.post(changed_);
}

MtaState SystemdMta::state() const {
    const std::scoped_lock lock(guard_);
    return state_;
}

std::string SystemdMta::unit() const {
    const std::scoped_lock lock(guard_);
    return unit_;
}

template <typename Value>
Value SystemdMta::on_loop(const std::function<void(Promise<Value>)>& ask, const std::string& what) {
    const auto promise = std::make_shared<std::promise<Value>>();
    auto future = promise->get_future();
    loop_.post([promise, ask] {
        try {
            ask(promise);
        } catch (const sdbus::Error& error) {
            promise->set_exception(
                std::make_exception_ptr(Error(Code::MtaFailed, std::string("systemd: ") + error.what())));
        } catch (const Error&) {
            promise->set_exception(std::current_exception());
        }
    });
    if (future.wait_for(job_patience) != std::future_status::ready) {
        throw Error(Code::Timeout, "systemd did not finish " + what + " within " +
                                       std::to_string(job_patience.count()) + " s");
    }
    return future.get();
}

bool SystemdMta::require_unit(const char* verb) {
    const bool can_reload = on_loop<bool>(
        [this](const Promise<bool>& answer) {
            look_for_unit();
            answer->set_value(unit_proxy_ && property<bool>(*unit_proxy_, unit_interface, "CanReload"));
        },
        "the look for the MTA's unit");
    if (state() == MtaState::Absent) {
        throw Error(Code::NoMta, std::string("nothing to ") + verb + ": no MTA's unit is loaded");
    }
    return can_reload;
}

void SystemdMta::start_job(const char* method, const std::string& unit, const Promise<std::string>& result) {
    manager_->callMethodAsync(method)
        .onInterface(systemd_manager_interface)
        .withArguments(unit, std::string("replace"))
        .uponReplyInvoke([this, result](compat::Failure failure, const sdbus::ObjectPath& job) {
            if (failure) {
                result->set_exception(std::make_exception_ptr(
                    Error(Code::MtaFailed, std::string("systemd: ") + failure->what())));
            } else {
                jobs_.emplace(job, result);
            }
        });
}

void SystemdMta::run_job(const char* method, const std::string& unit) {
    const std::string what = std::string(method) + " of " + unit;
    const auto outcome = on_loop<std::string>(
        [this, method, unit](const Promise<std::string>& result) { start_job(method, unit, result); }, what);
    if (outcome != "done") {
        throw Error(Code::MtaFailed,
                    what + " ended with the result " + quoted(outcome) + "; see journalctl -u " + unit);
    }
}

/// Where sendmail keeps no pid file nothing more can be known, and prove() has to do.
void SystemdMta::await_young_daemon(const std::string& before) const {
    const std::string file = pid_file();
    if (file.empty()) {
        return;
    }
    const auto deadline = steady_clock::now() + greeting_patience;
    for (;;) {
        try {
            return await_new_pid_file(file, before, std::min(deadline, steady_clock::now() + seconds(1)));
        } catch (const Error&) {
            if (state() != MtaState::Running) {
                throw Error(Code::MtaFailed,
                            unit() +
                                " ended when it read its configuration; sendmail's words are "
                                "in its log: journalctl -u " +
                                unit());
            }
            if (steady_clock::now() >= deadline) {
                throw;
            }
        }
    }
}

void SystemdMta::reload() {
    const bool can_reload = require_unit("reload");
    if (state() != MtaState::Running) {
        throw Error(Code::NoMta, unit() + " does not run");
    }
    if (!can_reload) {
        throw Error(Code::Unsupported,
                    unit() +
                        " has no ExecReload=, so that it cannot reload; 'mailstackctl restart' "
                        "restarts it, which is another permission");
    }
    const std::string before = file_stamp(pid_file());
    run_job("ReloadUnit", unit());
    await_young_daemon(before);
}

void SystemdMta::restart() {
    require_unit("restart");
    const std::string before = file_stamp(pid_file());
    run_job("RestartUnit", unit());
    await_young_daemon(before);
}

void SystemdMta::prove_route(const std::string& route) {
    mailstack::prove_route(configuration(), route, steady_clock::now() + greeting_patience);
}

void SystemdMta::prove_delivery() {
    const std::string home = proof_home(account_of);
    RealDisk disk;
    mailstack::prove_delivery(disk, configuration(), home, steady_clock::now() + delivery_patience);
}

void SystemdMta::flush_queue() {
    run_job("StartUnit", "mailstack-flush.service");
}

void SystemdMta::prove(const std::vector<std::string>& certificates) {
    prove_smtp(configuration(), steady_clock::now() + greeting_patience, certificates);
}

void SystemdMta::enable() {
    require_unit("enable");
    enable(unit());
}

void SystemdMta::bring_up(const std::string& unit) {
    enable(unit);
    run_job("StartUnit", unit);
}

/// What is enabled already, or is not a unit file that could be (an init script's, an alias), stays as it is.
void SystemdMta::enable(const std::string& unit) {
    using Links = std::vector<sdbus::Struct<std::string, std::string, std::string>>;
    on_loop<bool>(
        [this, unit](const Promise<bool>& answer) {
            std::string state;
            manager_->callMethod("GetUnitFileState")
                .onInterface(systemd_manager_interface)
                .withTimeout(systemd_patience)
                .withArguments(unit)
                .storeResultsTo(state);
            if (state == "masked" || state == "masked-runtime") {
                throw Error(Code::MtaFailed,
                            unit + " is masked, so that it cannot start at boot: 'systemctl unmask " + unit +
                                "' lets it");
            }
            if (state == "disabled") {
                bool carries_install_info = false;
                Links links;
                manager_->callMethod("EnableUnitFiles")
                    .onInterface(systemd_manager_interface)
                    .withTimeout(systemd_patience)
                    .withArguments(std::vector<std::string>{unit}, false, false)
                    .storeResultsTo(carries_install_info, links);
                // It may take longer than the watchdog waits for the loop.
                manager_->callMethodAsync("Reload")
                    .onInterface(systemd_manager_interface)
                    .uponReplyInvoke([answer](compat::Failure failure) {
                        if (failure) {
                            answer->set_exception(std::make_exception_ptr(
                                Error(Code::MtaFailed, std::string("systemd: ") + failure->what())));
                        } else {
                            answer->set_value(true);
                        }
                    });
                return;
            }
            answer->set_value(true);
        },
        "enabling " + unit);
}

}  // namespace mailstack

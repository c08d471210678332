// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The MTA as a unit of systemd, controlled through systemd's D-Bus API.
///
/// Which unit it is, is found out: the service of the process that sendmail.cf's PidFile names, if it is one
/// that starts sendmail; else the first of the known names that is loaded. state() and unit() are kept up to
/// date by systemd's signals. The verbs are called on the writer's thread: they post to the loop, which talks
/// to systemd, and wait there for the job's result.
#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "bus/loop.hpp"
#include "engine/layout.hpp"
#include "engine/mta.hpp"

namespace sdbus {
class IConnection;
class IProxy;
}  // namespace sdbus

namespace mailstack {

class SystemdMta : public Mta {
  public:
    /// Asks systemd at once, on the loop's thread before the loop runs. Without systemd the MTA is Absent.
    /// `changed` runs on the loop when unit() or state() tells something else than before.
    SystemdMta(Loop& loop, sdbus::IConnection& connection, Layout layout, std::function<void()> changed);
    ~SystemdMta() override;

    MtaState state() const override;
    std::string unit() const override;
    /// Throws Error{Unsupported} where the unit cannot reload: a restart is more than was asked for.
    void reload() override;
    void restart() override;
    void prove(const std::vector<std::string>& certificates) override;
    void prove_route(const std::string& route) override;
    void prove_delivery() override;
    void flush_queue() override;
    void enable() override;
    void bring_up(const std::string& unit) override;

  private:
    template <typename Value>
    using Promise = std::shared_ptr<std::promise<Value>>;
    /// Runs `ask` on the loop's thread and waits here for what it promises. Throws Error{Timeout}.
    template <typename Value>
    Value on_loop(const std::function<void(Promise<Value>)>& ask, const std::string& what);

    void listen_to_systemd();
    void look_for_unit();
    std::string path_of_unit() const;
    void follow(const std::string& path);
    void remember(const std::string& unit, MtaState state);
    /// On the writer's thread: the unit as it is now, and whether it can reload. Throws Error{NoMta}.
    bool require_unit(const char* verb);
    void run_job(const char* method, const std::string& unit);
    void start_job(const char* method, const std::string& unit, const Promise<std::string>& result);
    void enable(const std::string& unit);
    void await_young_daemon(const std::string& before) const;
    std::string pid_file() const;
    std::string configuration() const;

    Loop& loop_;
    sdbus::IConnection& connection_;
    Layout layout_;
    std::function<void()> changed_;
    std::unique_ptr<sdbus::IProxy> manager_;
    std::unique_ptr<sdbus::IProxy> unit_proxy_;
    std::map<std::string, Promise<std::string>> jobs_;  ///< those that we wait for, by the job's object path

    mutable std::mutex guard_;  ///< of what follows: asked for from any thread
    std::string unit_;
    MtaState state_ = MtaState::Absent;
};

}  // namespace mailstack

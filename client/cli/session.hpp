// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The daemon as mailstackctl sees it: the proxies that are made from dbus-interfaces/, on one connection.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "org.mailstack1.Aliases.proxy.hpp"
#include "org.mailstack1.Certificate.proxy.hpp"
#include "org.mailstack1.Domains.proxy.hpp"
#include "org.mailstack1.Manager.proxy.hpp"
#include "org.mailstack1.Recipes.proxy.hpp"
#include "org.mailstack1.Routes.proxy.hpp"
#include "org.mailstack1.Table.proxy.hpp"
#include "verbs.hpp"

namespace mailstack::client {

/// Called on the thread that runs the connection's loop. One that is left empty is not called.
struct SignalHandlers {
    std::function<void(std::uint64_t generation, const std::vector<std::string>& changes)> applied{};
    std::function<void(std::uint64_t generation, const std::string& reason)> rolled_back{};
    std::function<void(std::uint64_t generation, const std::vector<std::string>& names, bool more)>
        aliases_changed{};
    std::function<void(const std::string& table, std::uint64_t generation,
                       const std::vector<std::string>& keys, bool more)>
        entries_changed{};
    std::function<void(std::uint64_t done, std::uint64_t total)> import_progress{};
    std::function<void(std::uint64_t not_after, std::uint32_t days, const std::string& message)>
        expiry_warning{};
    /// An object below /org/mailstack1 came with these interfaces, or went (`added` false).
    std::function<void(const std::string& object, const std::vector<std::string>& interfaces, bool added)>
        objects_changed{};
    /// `table` is empty for the object /org/mailstack1.
    std::function<void(const std::string& table, const std::string& interface,
                       const std::map<std::string, sdbus::Variant>& changed)>
        properties_changed{};
};

struct ImportCounts {
    std::uint64_t generation = 0;
    std::uint32_t added = 0, replaced = 0, kept = 0;
};

/// Of each object below /org/mailstack1 its interfaces, of each interface its properties.
using ManagedObjects =
    std::map<sdbus::ObjectPath, std::map<std::string, std::map<std::string, sdbus::Variant>>>;

/// The object /org/mailstack1. Its plain calls (inherited) block; every call throws sdbus::Error.
class Daemon final
    : public sdbus::ProxyInterfaces<org::mailstack1::Manager_proxy, org::mailstack1::Aliases_proxy,
                                    org::mailstack1::Domains_proxy, org::mailstack1::Recipes_proxy,
                                    org::mailstack1::Routes_proxy> {
  public:
    Daemon(sdbus::IConnection& connection, SignalHandlers handlers);
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon();

    /// Imports the aliases in `text` and runs the loop meanwhile, so that import_progress is called.
    ImportCounts import(const sdbus::UnixFd& text, const std::string& on_conflict);
    /// What its ObjectManager knows.
    ManagedObjects managed_objects();
    /// Calls the handlers as signals come in; returns only by throwing, when the connection is lost.
    void watch();
    /// Sets what sd_bus_set_allow_interactive_authorization(3) says for every later call of this connection.
    void allow_interactive_authorization();

  private:
    void onApplied(const std::uint64_t& generation, const std::vector<std::string>& changes) override;
    void onRolledBack(const std::uint64_t& generation, const std::string& reason) override;
    void onAliasesChanged(const std::uint64_t& generation, const std::vector<std::string>& names,
                          const bool& more) override;
    void onImportProgress(const std::uint64_t& done, const std::uint64_t& total) override;

    sdbus::IConnection& connection_;
    SignalHandlers handlers_;
};

/// Words for the tables that there are: each is the last part of an object path.
const std::vector<std::string>& table_names();

/// The object /org/mailstack1/table/NAME; as Daemon.
class Table final : public sdbus::ProxyInterfaces<org::mailstack1::Table_proxy> {
  public:
    /// Of `handlers`, entries_changed and properties_changed are called, by whoever runs the connection's
    /// loop.
    Table(sdbus::IConnection& connection, const std::string& name, SignalHandlers handlers = {});
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    ~Table();

  private:
    void onEntriesChanged(const std::uint64_t& generation, const std::vector<std::string>& keys,
                          const bool& more) override;

    std::string name_;
    SignalHandlers handlers_;
};

/// The object /org/mailstack1 again, with the interface Certificate alone: like Domains it has a property
/// Names.
class Certificate final : public sdbus::ProxyInterfaces<org::mailstack1::Certificate_proxy> {
  public:
    /// Of `handlers`, expiry_warning is called.
    explicit Certificate(sdbus::IConnection& connection, SignalHandlers handlers = {});
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;
    ~Certificate();

    /// All of them as they were at one moment.
    std::map<std::string, sdbus::Variant> properties();

  private:
    void onExpiryWarning(const std::uint64_t& not_after, const std::uint32_t& days,
                         const std::string& message) override;

    SignalHandlers handlers_;
};

/// A connection with the daemon on it. The daemon starts by bus activation when it is first called.
struct Session {
    std::unique_ptr<sdbus::IConnection> connection;
    std::unique_ptr<Daemon> daemon;
};

/// Opens the system bus of this machine or of options.host. Throws Failure{Unreachable}.
Session open_session(const Options& options, SignalHandlers handlers = {});

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "bus/sdbus_compat.hpp"

namespace mailstack::client {
namespace {

// sd-bus gives up after 25 s, before most people have typed a password.
constexpr std::chrono::minutes longest_call{5};
constexpr const char* service = "org.mailstack1";
constexpr const char* object = "/org/mailstack1";
constexpr const char* object_manager = "org.freedesktop.DBus.ObjectManager";

std::unique_ptr<sdbus::IConnection> connect(const std::string& host) {
    try {
        return host.empty() ? sdbus::createSystemBusConnection()
                            : sdbus::createRemoteSystemBusConnection(host);
    } catch (const sdbus::Error& error) {
        const auto where = host.empty() ? std::string("the system bus") : "the system bus of '" + host + "'";
        throw Failure(ExitStatus::Unreachable, error.getName(),
                      "could not connect to " + where + ": " + error.getMessage(),
                      host.empty() ? "Is it running? 'systemctl status dbus' tells."
                                   : "Does 'ssh " + host +
                                         " systemd-stdio-bridge' connect? It must not ask for anything.");
    }
}

/// Tells PropertiesChanged of the proxy's object, which is that of `table`.
void tell_properties(sdbus::IProxy& proxy, const SignalHandlers& handlers, const std::string& table) {
    if (handlers.properties_changed) {
        proxy.uponSignal("PropertiesChanged")
            .onInterface("org.freedesktop.DBus.Properties")
            .call([tell = handlers.properties_changed, table](
                      const std::string& interface, const std::map<std::string, sdbus::Variant>& changed,
                      const std::vector<std::string>& /*invalidated*/) { tell(table, interface, changed); });
    }
}

/// Tells which objects come and go.
void tell_objects(sdbus::IProxy& proxy, const SignalHandlers& handlers) {
    if (!handlers.objects_changed) {
        return;
    }
    using Interfaces = std::map<std::string, std::map<std::string, sdbus::Variant>>;
    proxy.uponSignal("InterfacesAdded")
        .onInterface(object_manager)
        .call([tell = handlers.objects_changed](const sdbus::ObjectPath& path, const Interfaces& interfaces) {
            std::vector<std::string> names;
            for (const auto& [name, properties] : interfaces) {
                names.push_back(name);
            }
            tell(path, names, true);
        });
    proxy.uponSignal("InterfacesRemoved")
        .onInterface(object_manager)
        .call([tell = handlers.objects_changed](const sdbus::ObjectPath& path,
                                                const std::vector<std::string>& names) {
            tell(path, names, false);
        });
}

}  // namespace

Daemon::Daemon(sdbus::IConnection& connection, SignalHandlers handlers)
    : ProxyInterfaces(connection, compat::ServiceName{service}, compat::ObjectPath{object}),
      connection_(connection),
      handlers_(std::move(handlers)) {
    tell_properties(getProxy(), handlers_, "");
    tell_objects(getProxy(), handlers_);
    registerProxy();
}

Daemon::~Daemon() {
    unregisterProxy();
}

ImportCounts Daemon::import(const sdbus::UnixFd& text, const std::string& on_conflict) {
    const std::map<std::string, sdbus::Variant> options{{"on-conflict", sdbus::Variant{on_conflict}}};
    ImportCounts counts;
    std::optional<sdbus::Error> failure;
    getProxy()
        .callMethodAsync("ImportAliases")
        .onInterface(org::mailstack1::Aliases_proxy::INTERFACE_NAME)
        .withArguments(text, options)
        .uponReplyInvoke([&](compat::Failure error, std::uint64_t generation, std::uint32_t added,
                             std::uint32_t replaced, std::uint32_t kept) {
            if (error) {
                failure = *error;
            }
            counts = {generation, added, replaced, kept};
            connection_.leaveEventLoop();
        });
    connection_.enterEventLoop();
    if (failure) {
        throw *failure;
    }
    return counts;
}

ManagedObjects Daemon::managed_objects() {
    ManagedObjects objects;
    getProxy().callMethod("GetManagedObjects").onInterface(object_manager).storeResultsTo(objects);
    return objects;
}

void Daemon::watch() {
    connection_.enterEventLoop();
}

void Daemon::allow_interactive_authorization() {
    // sdbus-c++ has no such setting, but any message leads to the connection, which has one for all its later
    // calls.
    const auto message = compat::method_call(getProxy(), "org.freedesktop.DBus.Peer", "Ping");
    sd_bus_set_allow_interactive_authorization(sd_bus_message_get_bus(compat::NativeMessage::of(message)), 1);
}

void Daemon::onApplied(const std::uint64_t& generation, const std::vector<std::string>& changes) {
    if (handlers_.applied) {
        handlers_.applied(generation, changes);
    }
}

void Daemon::onRolledBack(const std::uint64_t& generation, const std::string& reason) {
    if (handlers_.rolled_back) {
        handlers_.rolled_back(generation, reason);
    }
}

void Daemon::onAliasesChanged(const std::uint64_t& generation, const std::vector<std::string>& names,
                              const bool& more) {
    if (handlers_.aliases_changed) {
        handlers_.aliases_changed(generation, names, more);
    }
}

void Daemon::onImportProgress(const std::uint64_t& done, const std::uint64_t& total) {
    if (handlers_.import_progress) {
        handlers_.import_progress(done, total);
    }
}

const std::vector<std::string>& table_names() {
    static const std::vector<std::string> names{"access", "virtusertable", "mailertable"};
    return names;
}

Table::Table(sdbus::IConnection& connection, const std::string& name, SignalHandlers handlers)
    : ProxyInterfaces(connection, compat::ServiceName{service},
                      compat::ObjectPath{std::string(object) + "/table/" + name}),
      name_(name),
      handlers_(std::move(handlers)) {
    tell_properties(getProxy(), handlers_, name_);
    registerProxy();
}

Table::~Table() {
    unregisterProxy();
}

void Table::onEntriesChanged(const std::uint64_t& generation, const std::vector<std::string>& keys,
                             const bool& more) {
    if (handlers_.entries_changed) {
        handlers_.entries_changed(name_, generation, keys, more);
    }
}

Certificate::Certificate(sdbus::IConnection& connection, SignalHandlers handlers)
    : ProxyInterfaces(connection, compat::ServiceName{service}, compat::ObjectPath{object}),
      handlers_(std::move(handlers)) {
    registerProxy();
}

Certificate::~Certificate() {
    unregisterProxy();
}

std::map<std::string, sdbus::Variant> Certificate::properties() {
    std::map<std::string, sdbus::Variant> all;
    getProxy()
        .callMethod("GetAll")
        .onInterface("org.freedesktop.DBus.Properties")
        .withArguments(org::mailstack1::Certificate_proxy::INTERFACE_NAME)
        .storeResultsTo(all);
    return all;
}

void Certificate::onExpiryWarning(const std::uint64_t& not_after, const std::uint32_t& days,
                                  const std::string& message) {
    if (handlers_.expiry_warning) {
        handlers_.expiry_warning(not_after, days, message);
    }
}

Session open_session(const Options& options, SignalHandlers handlers) {
    auto connection = connect(options.host);
    connection->setMethodCallTimeout(longest_call);
    auto daemon = std::make_unique<Daemon>(*connection, std::move(handlers));
    if (options.ask_password) {
        daemon->allow_interactive_authorization();
    }
    return {std::move(connection), std::move(daemon)};
}

}  // namespace mailstack::client

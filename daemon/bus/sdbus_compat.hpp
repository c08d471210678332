// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// All that differs between sdbus-c++ 1.2 (Debian 12) and 2.1 (Debian 13), and what neither gives: no other
/// file asks which it is.
#pragma once

#include <sdbus-c++/sdbus-c++.h>
#include <systemd/sd-bus.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#if __has_include(<sdbus-c++/VTableItems.h>)
#define MAILSTACK_SDBUS_2 1
#endif

namespace mailstack::compat {

/// What a handler of an asynchronous reply gets first: true where the call failed; `*failure` is the
/// sdbus::Error.
#ifdef MAILSTACK_SDBUS_2
using Failure = std::optional<sdbus::Error>;
using ObjectPath = sdbus::ObjectPath;
using ServiceName = sdbus::ServiceName;
inline sdbus::Error error(const std::string& name, const std::string& message) {
    return {sdbus::Error::Name(name), message};
}
inline std::unique_ptr<sdbus::IProxy> proxy(sdbus::IConnection& connection, const std::string& service,
                                            const std::string& path) {
    return sdbus::createProxy(connection, sdbus::ServiceName(service), sdbus::ObjectPath(path));
}
inline sdbus::MethodCall method_call(sdbus::IProxy& proxy, const std::string& interface,
                                     const std::string& method) {
    return proxy.createMethodCall(sdbus::InterfaceName(interface), sdbus::MethodName(method));
}
inline void request_name(sdbus::IConnection& connection, const std::string& name) {
    connection.requestName(sdbus::ServiceName(name));
}
inline void release_name(sdbus::IConnection& connection, const std::string& name) {
    connection.releaseName(sdbus::ServiceName(name));
}
inline bool process(sdbus::IConnection& connection) {
    return connection.processPendingEvent();
}
#else
using Failure = const sdbus::Error*;
using ObjectPath = std::string;
using ServiceName = std::string;
inline sdbus::Error error(const std::string& name, const std::string& message) {
    return {name, message};
}
inline std::unique_ptr<sdbus::IProxy> proxy(sdbus::IConnection& connection, const std::string& service,
                                            const std::string& path) {
    return sdbus::createProxy(connection, service, path);
}
inline sdbus::MethodCall method_call(sdbus::IProxy& proxy, const std::string& interface,
                                     const std::string& method) {
    return proxy.createMethodCall(interface, method);
}
inline void request_name(sdbus::IConnection& connection, const std::string& name) {
    connection.requestName(name);
}
inline void release_name(sdbus::IConnection& connection, const std::string& name) {
    connection.releaseName(name);
}
inline bool process(sdbus::IConnection& connection) {
    return connection.processPendingRequest();
}
#endif

/// What a poll(2) of the connection waits for; `timeout` is CLOCK_MONOTONIC in microseconds, UINT64_MAX for
/// none.
struct PollState {
    int fd;
    short events;
    std::uint64_t timeout;
    int wake_up;  ///< one more descriptor to wait for (an eventfd), or -1
};

inline PollState poll_state(const sdbus::IConnection& connection) {
    const auto data = connection.getEventLoopPollData();
#ifdef MAILSTACK_SDBUS_2
    const auto never = std::chrono::microseconds::max();
    return {data.fd, data.events,
            data.timeout == never ? UINT64_MAX : static_cast<std::uint64_t>(data.timeout.count()),
            data.eventFd};
#else
    return {data.fd, data.events, data.timeout_usec, -1};
#endif
}

/// Calls `use` with the message that a method's or property's handler was called for. Valid only inside the
/// handler.
template <typename Use>
auto with_current_message(const sdbus::IObject& object, Use use) {
#ifdef MAILSTACK_SDBUS_2
    const sdbus::Message message = object.getCurrentlyProcessedMessage();
    return use(message);
#else
    return use(*object.getCurrentlyProcessedMessage());
#endif
}

/// sd-bus's own message, which sdbus-c++ keeps as a protected member: the only way to a caller's interactive
/// flag.
class NativeMessage : public sdbus::Message {
  public:
    static sd_bus_message* of(const sdbus::Message& message) {
        return static_cast<sd_bus_message*>(message.*(&NativeMessage::msg_));
    }
};

/// Runs `handler` for each message that `rule` matches, while the slot lives.
inline sdbus::Slot add_match(sdbus::IConnection& connection, const std::string& rule,
                             std::function<void()> handler) {
#ifdef MAILSTACK_SDBUS_2
    return connection.addMatch(
        rule, [handler = std::move(handler)](const sdbus::Message&) { handler(); }, sdbus::return_slot);
#else
    return connection.addMatch(rule, [handler = std::move(handler)](sdbus::Message&) { handler(); });
#endif
}

/// To be called once every handler of a proxy's signals is registered.
inline void finish_registration([[maybe_unused]] sdbus::IProxy& proxy) {
#ifndef MAILSTACK_SDBUS_2
    proxy.finishRegistration();
#endif
}

/// A signal that goes to one connection only.
template <typename... Values>
void emit_to(sdbus::IObject& object, const std::string& receiver, const std::string& interface,
             const std::string& member, const Values&... values) {
#ifdef MAILSTACK_SDBUS_2
    auto signal = object.createSignal(sdbus::InterfaceName(interface), sdbus::SignalName(member));
#else
    auto signal = object.createSignal(interface, member);
#endif
    signal.setDestination(receiver);
    static_cast<void>((signal << ... << values));
    object.emitSignal(signal);
}

inline void emit_properties_changed(sdbus::IObject& object, const std::string& interface,
                                    const std::vector<std::string>& names) {
#ifdef MAILSTACK_SDBUS_2
    object.emitPropertiesChangedSignal(sdbus::InterfaceName(interface), {names.begin(), names.end()});
#else
    object.emitPropertiesChangedSignal(interface, names);
#endif
}

}  // namespace mailstack::compat

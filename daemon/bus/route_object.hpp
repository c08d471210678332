// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// One route on the bus: see dbus-interfaces/org.mailstack1.Route.xml.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bus/gate.hpp"
#include "bus/sdbus_compat.hpp"
#include "org.mailstack1.Route.adaptor.hpp"

namespace mailstack {

/// What the object tells of a route.
struct RoutePicture {
    std::string id, kind, host, tls, user;
    std::uint16_t port = 0;
    bool has_secret = false, active = false;
    bool operator==(const RoutePicture&) const = default;
};

/// The built-in routes, then the relays in the file's order.
std::vector<RoutePicture> pictures_of(const Routes& routes);

class RouteObject final
    : public sdbus::AdaptorInterfaces<org::mailstack1::Route_adaptor, sdbus::ManagedObject_adaptor> {
  public:
    RouteObject(sdbus::IConnection& connection, Gate& gate, RoutePicture picture);
    RouteObject(const RouteObject&) = delete;
    RouteObject& operator=(const RouteObject&) = delete;
    ~RouteObject();

    const std::string& id() const { return picture_.id; }
    /// Tells InterfacesAdded, once the daemon serves.
    void announce();
    /// Tells InterfacesRemoved.
    void withdraw();
    void publish(const RoutePicture& now);

  private:
    std::string Id() override { return touched().id; }
    std::string Kind() override { return touched().kind; }
    std::string Host() override { return touched().host; }
    std::uint16_t Port() override { return touched().port; }
    std::string Tls() override { return touched().tls; }
    std::string User() override { return touched().user; }
    bool HasSecret() override { return touched().has_secret; }
    bool Active() override { return touched().active; }
    const RoutePicture& touched() const;

    Gate& gate_;
    RoutePicture picture_;
};

}  // namespace mailstack

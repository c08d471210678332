// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/route_object.hpp"

#include <cstdlib>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "engine/secret_file.hpp"

namespace mailstack {
namespace {

/// "-" is no character of an object path: sd-bus writes it _2d, and a digit in front _30 to _39.
std::string path_of(const std::string& id) {
    char* encoded = nullptr;
    if (::sd_bus_path_encode("/org/mailstack1/route", id.c_str(), &encoded) < 0) {
        throw Error(Code::Internal, "there is no object path for the route " + quoted(id));
    }
    const std::unique_ptr<char, decltype(&std::free)> owned(encoded, &std::free);
    return encoded;
}

RoutePicture built_in(const Routes& routes, const char* id) {
    RoutePicture picture;
    picture.id = picture.kind = id;
    picture.active = routes.active == RouteId(id);
    return picture;
}

}  // namespace

std::vector<RoutePicture> pictures_of(const Routes& routes) {
    std::vector<RoutePicture> pictures{built_in(routes, "direct"), built_in(routes, "local-only")};
    for (const Relay& relay : routes.relays) {
        RoutePicture picture;
        picture.id = relay.id.text();
        picture.kind = "relay";
        picture.host = relay.host.text();
        picture.tls = word(relay.tls);
        picture.user = relay.user;
        picture.port = relay.port;
        picture.has_secret = has_secret(relay);
        picture.active = routes.active == relay.id;
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

RouteObject::RouteObject(sdbus::IConnection& connection, Gate& gate, RoutePicture picture)
    : AdaptorInterfaces(connection, compat::ObjectPath(path_of(picture.id))),
      gate_(gate),
      picture_(std::move(picture)) {
    registerAdaptor();
}

RouteObject::~RouteObject() {
    unregisterAdaptor();
}

void RouteObject::announce() {
    emitInterfacesAddedSignal();
}
void RouteObject::withdraw() {
    emitInterfacesRemovedSignal();
}

void RouteObject::publish(const RoutePicture& now) {
    const RoutePicture was = std::exchange(picture_, now);
    std::vector<std::string> names;
    const auto tell = [&](bool changed, const char* name) {
        if (changed) {
            names.emplace_back(name);
        }
    };
    tell(was.host != now.host, "Host");
    tell(was.port != now.port, "Port");
    tell(was.tls != now.tls, "Tls");
    tell(was.user != now.user, "User");
    tell(was.has_secret != now.has_secret, "HasSecret");
    tell(was.active != now.active, "Active");
    if (!names.empty()) {
        compat::emit_properties_changed(getObject(), std::string(route_interface), names);
    }
}

const RoutePicture& RouteObject::touched() const {
    gate_.lifetime().touch();
    return picture_;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/route_object.hpp"

#include <utility>

#include "engine/secret_file.hpp"

namespace mailstack {
namespace {

/// "-" is no character of an object path: sd_bus_path_encode(3) writes it _2d.
std::string path_of(const std::string& id) {
    std::string path = "/org/mailstack1/route/";
    for (std::size_t i = 0; i < id.size(); ++i) {
        const bool first_digit = i == 0 && id[i] >= '0' && id[i] <= '9';
        if (id[i] == '-') {
            path += "_2d";
        } else if (first_digit) {
            path += std::string("_3") + id[i];
        } else {
            path += id[i];
        }
    }
    return path;
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

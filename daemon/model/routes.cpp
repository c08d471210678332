// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/routes.hpp"

#include <algorithm>

namespace mailstack {

namespace {

template <typename Relays>
auto* relay_in(Relays& relays, const RouteId& id) {
    const auto found =
        std::find_if(relays.begin(), relays.end(), [&](const Relay& relay) { return relay.id == id; });
    return found == relays.end() ? nullptr : &*found;
}

}  // namespace

const Relay* Routes::relay(const RouteId& id) const {
    return relay_in(relays, id);
}
Relay* Routes::relay(const RouteId& id) {
    return relay_in(relays, id);
}

bool Routes::in_use(const RouteId& id) const {
    return active == id || (timed && timed->return_to == id) ||
           std::any_of(senders.begin(), senders.end(),
                       [&](const SenderRoute& one) { return one.route == id; });
}

}  // namespace mailstack

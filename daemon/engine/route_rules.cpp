// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/route_rules.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "engine/route_table.hpp"
#include "formats/cf_mailers.hpp"

namespace mailstack {
namespace {

constexpr std::array<std::uint16_t, 3> declared_ports{25, 587, 2525};
constexpr const char* ports_name = "confMAILSTACK_PORTS";

bool has_mailer(const Configuration& configuration, const std::string& name) {
    const auto& mailers = configuration.named.mailers;
    return std::find(mailers.begin(), mailers.end(), name) != mailers.end();
}

/// Those that no mailer is declared for anyway, and those that are listed already: a port is never taken
/// away, since a message that is under way may name its mailer.
std::string ports_of(const McFile& mc, const Routes& routes) {
    std::set<unsigned> ports;
    for (const Relay& relay : routes.relays) {
        if (std::find(declared_ports.begin(), declared_ports.end(), relay.port) == declared_ports.end()) {
            ports.insert(relay.port);
        }
    }
    if (const auto present = mc.defined(ports_name)) {
        unsigned port = 0;
        for (const char c : present->value + ' ') {
            if (c >= '0' && c <= '9' && port <= 65535) {
                port = port * 10 + static_cast<unsigned>(c - '0');
            } else if (port != 0) {
                ports.insert(port);
                port = 0;
            }
        }
    }
    std::string text;
    for (const unsigned port : ports) {
        text += (text.empty() ? "" : " ") + std::to_string(port);
    }
    return text;
}

void require_no_smart_host(const Configuration& configuration) {
    if (const auto smart_host = cf_macro(configuration.cf.file.print(), "S")) {
        throw Error(
            Code::Unsupported,
            configuration.mc.text_path + " defines SMART_HOST as " + quoted(smart_host->value) +
                ": it would take whatever is to leave directly. Remove that line, call Reload, then add "
                "the host as a relay of its own");
    }
}

}  // namespace

bool lacks_route_rules(const Configuration& configuration, const Routes& routes) {
    const bool needed = !routes.relays.empty() || !routes.senders.empty() || !routes.active.direct();
    if (!needed) {
        return false;
    }
    const bool asked = !configuration.routes.map_path.empty() && !configuration.credentials.map_path.empty();
    return !asked || !has_mailer(configuration, "hold") ||
           std::any_of(routes.relays.begin(), routes.relays.end(), [&](const Relay& relay) {
               return !has_mailer(configuration, relay_mailer(relay.port));
           });
}

McFile with_route_rules(const Configuration& configuration, const Layout& layout, const Routes& routes) {
    if (!configuration.mc.exists()) {
        throw Error(Code::Unsupported, "there is no " + configuration.mc.text_path +
                                           " to which the rules of routes could be added; Setup writes one");
    }
    require_no_smart_host(configuration);
    McFile mc = configuration.mc.file;
    if (const std::string ports = ports_of(mc, routes); !ports.empty()) {
        mc = mc.with_define(McName(ports_name), McValue(ports));
    }
    if (!layout.root.empty()) {
        mc = mc.with_define(McName("confMAILSTACK_ROUTE_MAP"), McValue(layout.etc() + "/mail/msroute"))
                 .with_define(McName("confMAILSTACK_AUTHINFO_MAP"), McValue(layout.home() + "/authinfo"));
    }
    return mc.with_include(McValue(layout.m4() + "/routes.m4"))
        .with_last_include(McValue(layout.m4() + "/route-mailers.m4"));
}

}  // namespace mailstack

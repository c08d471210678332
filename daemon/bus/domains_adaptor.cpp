// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/domains_adaptor.hpp"

#include <utility>

#include "bus/error_table.hpp"
#include "bus/escape.hpp"
#include "bus/names.hpp"

namespace mailstack {

DomainsAdaptor::DomainsAdaptor(sdbus::IConnection& connection, Gate& gate)
    : AdaptorInterfaces(connection, compat::ObjectPath(object_path)), gate_(gate), told_(names()) {
    registerAdaptor();
}

DomainsAdaptor::~DomainsAdaptor() {
    unregisterAdaptor();
}

std::vector<std::string> DomainsAdaptor::names() const {
    return bus_texts(gate_.writer().snapshot()->configuration.domains.file.words());
}

void DomainsAdaptor::publish() {
    std::vector<std::string> now = names();
    if (std::exchange(told_, now) != now) {
        compat::emit_properties_changed(getObject(), std::string(domains_interface), {"Names"});
    }
}

void DomainsAdaptor::AddDomain(sdbus::Result<std::uint64_t>&& result, std::string domain) {
    gate_.serve_change(getObject(), domains_interface, "AddDomain", std::move(result), {{"domain", domain}},
                       [domain]() -> Change { return mailstack::AddDomain{Domain(bus_bytes(domain))}; });
}

void DomainsAdaptor::RemoveDomain(sdbus::Result<std::uint64_t>&& result, std::string domain) {
    gate_.serve_change(getObject(), domains_interface, "RemoveDomain", std::move(result),
                       {{"domain", domain}},
                       [domain]() -> Change { return mailstack::RemoveDomain{Domain(bus_bytes(domain))}; });
}

std::vector<std::string> DomainsAdaptor::Names() {
    gate_.freshen();
    return names();
}

}  // namespace mailstack

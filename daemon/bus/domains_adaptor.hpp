// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// org.mailstack1.Domains on the bus: see dbus-interfaces/org.mailstack1.Domains.xml for what each member
/// does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bus/gate.hpp"
#include "bus/sdbus_compat.hpp"
#include "org.mailstack1.Domains.adaptor.hpp"

namespace mailstack {

class DomainsAdaptor final : public sdbus::AdaptorInterfaces<org::mailstack1::Domains_adaptor> {
  public:
    DomainsAdaptor(sdbus::IConnection& connection, Gate& gate);
    DomainsAdaptor(const DomainsAdaptor&) = delete;
    DomainsAdaptor& operator=(const DomainsAdaptor&) = delete;
    ~DomainsAdaptor();

    void publish();

  private:
    void AddDomain(sdbus::Result<std::uint64_t>&& result, std::string domain) override;
    void RemoveDomain(sdbus::Result<std::uint64_t>&& result, std::string domain) override;
    std::vector<std::string> Names() override;

    std::vector<std::string> names() const;

    Gate& gate_;
    std::vector<std::string> told_;
};

}  // namespace mailstack

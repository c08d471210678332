// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// org.mailstack1.Manager on the bus: see dbus-interfaces/org.mailstack1.Manager.xml for what each member
/// does.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bus/gate.hpp"
#include "bus/observatory.hpp"
#include "bus/sdbus_compat.hpp"
#include "engine/layout.hpp"
#include "engine/mta.hpp"
#include "org.mailstack1.Manager.adaptor.hpp"

namespace mailstack {

class ManagerAdaptor final : public sdbus::AdaptorInterfaces<org::mailstack1::Manager_adaptor> {
  public:
    ManagerAdaptor(sdbus::IConnection& connection, Gate& gate, const Mta& mta, const Layout& layout,
                   Observatory& observatory);
    ManagerAdaptor(const ManagerAdaptor&) = delete;
    ManagerAdaptor& operator=(const ManagerAdaptor&) = delete;
    ~ManagerAdaptor();

    /// Tells the bus which properties have another value than it was told before.
    void publish();
    void applied(std::uint64_t generation, const std::vector<std::string>& summaries);
    void rolled_back(std::uint64_t generation, const std::string& reason);

  private:
    /// The properties that change, as the bus sees them.
    struct Picture {
        std::uint64_t generation = 0, live_generation = 0;
        std::string state, state_reason, mta_unit, mta_state;
        std::vector<std::string> drifted;
    };
    Picture picture() const;
    Picture asked();
    void submit(const char* method, Change change, sdbus::Result<std::uint64_t>&& result);

    void Reload(sdbus::Result<std::uint64_t>&& result) override;
    void Restart(sdbus::Result<std::uint64_t>&& result) override;
    void RebuildCf(sdbus::Result<std::uint64_t>&& result) override;
    void Setup(sdbus::Result<std::uint64_t>&& result, std::string domain, std::string user,
               std::map<std::string, sdbus::Variant> options) override;
    using Steps = std::vector<sdbus::Struct<std::string, std::string, std::string>>;
    using Found = std::vector<sdbus::Struct<std::string, std::string, std::string, std::string>>;
    void Explain(sdbus::Result<Steps>&& result, std::string address) override;
    void Check(sdbus::Result<Found>&& result) override;
    void GetPermissions(sdbus::Result<std::map<std::string, std::string>>&& result) override;
    std::string Version() override;
    std::uint64_t Generation() override;
    std::uint64_t LiveGeneration() override;
    std::string State() override;
    std::string StateReason() override;
    std::string MtaUnit() override;
    std::string MtaState() override;
    std::vector<std::string> Drifted() override;

    Gate& gate_;
    const Mta& mta_;
    const Layout& layout_;
    Observatory& observatory_;
    Picture told_;
};

}  // namespace mailstack

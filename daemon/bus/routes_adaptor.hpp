// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// org.mailstack1.Routes on the bus, and an object for each route: see
/// dbus-interfaces/org.mailstack1.Routes.xml for what each member does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bus/gate.hpp"
#include "bus/observatory.hpp"
#include "bus/route_object.hpp"
#include "bus/sdbus_compat.hpp"
#include "org.mailstack1.Routes.adaptor.hpp"

namespace mailstack {

class RoutesAdaptor final
    : public sdbus::AdaptorInterfaces<org::mailstack1::Routes_adaptor, sdbus::ObjectManager_adaptor> {
  public:
    RoutesAdaptor(sdbus::IConnection& connection, Gate& gate, Mta& mta, Observatory& observatory);
    RoutesAdaptor(const RoutesAdaptor&) = delete;
    RoutesAdaptor& operator=(const RoutesAdaptor&) = delete;
    ~RoutesAdaptor();

    void publish();

  private:
    using Generation = sdbus::Result<std::uint64_t>;
    using Steps = std::vector<sdbus::Struct<std::string, std::string, std::string>>;
    using Listed = std::vector<sdbus::Struct<std::string, std::string>>;
    struct Picture {
        std::string active, return_to;
        std::int64_t until = 0;
        bool operator==(const Picture&) const = default;
    };

    void SetRelay(Generation&& result, std::string host, std::uint16_t port, std::string tls) override;
    void AddRoute(Generation&& result, std::string id, std::string host, std::uint16_t port, std::string tls,
                  std::string user) override;
    void SetRoute(Generation&& result, std::string id, std::string host, std::uint16_t port, std::string tls,
                  std::string user) override;
    void SetSecret(Generation&& result, std::string id, sdbus::UnixFd secret) override;
    void RemoveRoute(Generation&& result, std::string id) override;
    void ActivateRoute(Generation&& result, std::string id, std::uint64_t seconds) override;
    void TestRoute(sdbus::Result<Steps>&& result, std::string id) override;
    void AddSenderRoute(Generation&& result, std::string sender, std::string id) override;
    void RemoveSenderRoute(Generation&& result, std::string sender) override;
    void ListSenderRoutes(sdbus::Result<Listed>&& result) override;
    void CountQueued(sdbus::Result<std::uint32_t>&& result) override;
    void FlushQueue(sdbus::Result<>&& result) override;
    std::string Active() override;
    std::uint64_t ActiveUntil() override;
    std::string ReturnTo() override;

    void submit(const char* method, Generation&& result, Details details, std::function<Change()> decode);
    void submit_secret(const Caller& caller, const Answer<std::uint64_t>& answer, const std::string& id,
                       std::string octets);
    Picture picture() const;
    void publish_objects();

    sdbus::IConnection& connection_;
    Gate& gate_;
    Mta& mta_;
    Observatory& observatory_;
    Picture told_;
    std::vector<std::unique_ptr<RouteObject>> objects_;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// org.mailstack1.Table on the bus, one object for each table: see dbus-interfaces/org.mailstack1.Table.xml
/// for what each member does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bus/gate.hpp"
#include "bus/sdbus_compat.hpp"
#include "org.mailstack1.Table.adaptor.hpp"

namespace mailstack {

class TableAdaptor final : public sdbus::AdaptorInterfaces<org::mailstack1::Table_adaptor> {
  public:
    TableAdaptor(sdbus::IConnection& connection, Gate& gate, TableName table);
    TableAdaptor(const TableAdaptor&) = delete;
    TableAdaptor& operator=(const TableAdaptor&) = delete;
    ~TableAdaptor();

    void publish();
    void entries_changed(const std::vector<std::string>& keys);

  private:
    using Listed = std::vector<sdbus::Struct<std::string, std::string, std::string>>;
    using Problems = std::vector<sdbus::Struct<std::string, std::uint32_t, std::uint32_t, std::string>>;
    struct Picture {
        std::uint64_t count;
        std::string unused;
    };

    void SetEntry(sdbus::Result<std::uint64_t>&& result, std::string key, std::string value) override;
    void RemoveEntry(sdbus::Result<std::uint64_t>&& result, std::string key) override;
    void GetEntry(sdbus::Result<std::string>&& result, std::string key) override;
    void ListEntries(sdbus::Result<Listed>&& result, std::string prefix, std::string after,
                     std::uint32_t limit) override;
    void ListProblems(sdbus::Result<Problems>&& result) override;
    std::uint64_t Count() override;
    std::string Unused() override;

    Picture picture() const;

    Gate& gate_;
    TableName table_;
    Picture told_;
};

}  // namespace mailstack

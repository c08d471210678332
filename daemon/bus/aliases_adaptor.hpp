// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// org.mailstack1.Aliases on the bus: see dbus-interfaces/org.mailstack1.Aliases.xml for what each member
/// does.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bus/descriptor_reader.hpp"
#include "bus/gate.hpp"
#include "bus/sdbus_compat.hpp"
#include "org.mailstack1.Aliases.adaptor.hpp"

namespace mailstack {

class AliasesAdaptor final : public sdbus::AdaptorInterfaces<org::mailstack1::Aliases_adaptor> {
  public:
    AliasesAdaptor(sdbus::IConnection& connection, Gate& gate);
    AliasesAdaptor(const AliasesAdaptor&) = delete;
    AliasesAdaptor& operator=(const AliasesAdaptor&) = delete;
    ~AliasesAdaptor();

    void publish();
    void aliases_changed(const std::vector<std::string>& names);

  private:
    using Listed = std::vector<sdbus::Struct<std::string, std::vector<std::string>, std::string>>;
    using Problems = std::vector<sdbus::Struct<std::string, std::uint32_t, std::uint32_t, std::string>>;
    using Imported = Answer<std::uint64_t, std::uint32_t, std::uint32_t, std::uint32_t>;
    using Recipients = std::vector<std::string>;

    void AddAlias(sdbus::Result<std::uint64_t>&& result, std::string name, Recipients recipients) override;
    void SetAlias(sdbus::Result<std::uint64_t>&& result, std::string name, Recipients recipients) override;
    void RemoveAlias(sdbus::Result<std::uint64_t>&& result, std::string name) override;
    void GetAlias(sdbus::Result<Recipients>&& result, std::string name) override;
    void ListAliases(sdbus::Result<Listed>&& result, std::string prefix, std::string after,
                     std::uint32_t limit) override;
    void ListProblems(sdbus::Result<Problems>&& result) override;
    void ImportAliases(sdbus::Result<std::uint64_t, std::uint32_t, std::uint32_t, std::uint32_t>&& result,
                       sdbus::UnixFd source, std::map<std::string, sdbus::Variant> options) override;
    std::uint64_t Count() override;

    void submit(const char* method, sdbus::Result<std::uint64_t>&& result, const std::string& name,
                const Recipients& recipients, std::function<Change()> decode);
    /// Held from the first byte read to the answer; its copies belong to one import and count once.
    using ImportSlot = std::shared_ptr<const std::shared_ptr<void>>;
    ImportSlot import_slot();
    void import(const Caller& caller, const Imported& answer, std::string text, OnConflict on_conflict,
                const ImportSlot& slot);
    void submit_import(const Caller& caller, const Imported& answer, const mailstack::ImportAliases& change,
                       const ImportSlot& slot);

    Gate& gate_;
    std::uint64_t told_count_;
    std::shared_ptr<void> imports_ = std::make_shared<int>(0);  ///< its copies are those of the ImportSlots
};

}  // namespace mailstack

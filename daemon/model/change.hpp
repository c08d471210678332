// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What an administrator can ask for, as plain values. Every verb of the bus becomes one of these and nothing
/// else changes a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "model/alias.hpp"
#include "model/host.hpp"
#include "model/setup.hpp"
#include "model/table_entry.hpp"

namespace mailstack {

struct AddAlias {
    AliasName name;
    std::vector<Recipient> recipients;  ///< at least one
};

/// Sets the recipients of a name that exists or does not.
struct SetAlias {
    AliasName name;
    std::vector<Recipient> recipients;  ///< at least one
};

struct RemoveAlias {
    AliasName name;
};

/// What an import does with a name that exists with other recipients.
enum class OnConflict { Fail, Keep, Replace };

struct ImportedAlias {
    AliasName name;
    std::vector<Recipient> recipients;  ///< at least one
    std::size_t line;                   ///< 1-based, in what was imported
};

/// Many aliases as one change (engine/import.hpp makes it from alias-file syntax).
struct ImportAliases {
    std::shared_ptr<const std::vector<ImportedAlias>> aliases;  ///< in the order given, no name twice
    OnConflict on_conflict = OnConflict::Fail;
};

/// Sets the value of a key of a table, which exists or does not.
struct SetEntry {
    TableRow row;
};

struct RemoveEntry {
    TableKey key;
};

/// Mail for the domain is ours: delivered here.
struct AddDomain {
    Domain domain;
};

struct RemoveDomain {
    Domain domain;
};

/// Publishes hand edits: maps are rebuilt from the texts, sendmail.cf from sendmail.mc, and the MTA reads its
/// configuration again.
struct Reload {};

/// Makes sendmail.cf of sendmail.mc whatever was edited into sendmail.cf, which is kept aside.
struct RebuildCf {};

struct Restart {};

using Change = std::variant<AddAlias, SetAlias, RemoveAlias, ImportAliases, SetEntry, RemoveEntry, AddDomain,
                            RemoveDomain, Reload, Restart, RebuildCf, Setup>;

/// In a few words, for the history and the log: "AddAlias sales".
std::string summary(const Change& change);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/apply_table.hpp"

#include "base/error.hpp"
#include "engine/relay_rule.hpp"

namespace mailstack {

namespace {

/// A change that nobody would see is no success.
void require_used(const std::string& unused) {
    if (!unused.empty()) {
        throw Error(Code::Unsupported, unused);
    }
}

TableSource& used_table(Configuration& configuration, TableName name) {
    TableSource& source = configuration.tables.at(static_cast<std::size_t>(name));
    require_used(source.unused);
    return source;
}

}  // namespace

Applied apply_set_entry(const Configuration& before, const SetEntry& set) {
    Applied applied{.configuration = before, .changed = {}};
    TableSource& source = used_table(applied.configuration, set.row.table());
    refuse_relay_for_strangers(set.row);
    const auto present = source.file.value(set.row.key());
    if (present != set.row.value()) {
        source.file = source.file.with(set.row.text(), set.row.value());
        ++(present ? applied.replaced : applied.added);
    } else if (!source.drifted) {
        return applied;
    }
    // What is a hand edit that no map has yet is made live.
    applied.changed.entries[source.name] = {set.row.key()};
    return applied;
}

Applied apply_remove_entry(const Configuration& before, const RemoveEntry& removal) {
    Applied applied{.configuration = before, .changed = {}};
    TableSource& source = used_table(applied.configuration, removal.key.table());
    if (!source.file.contains(removal.key.key())) {
        throw Error(Code::NoSuchEntry, "there is no key " + quoted(removal.key.key()) + " in " +
                                           source.text_path + "; ListEntries tells those that exist");
    }
    source.file = source.file.without(removal.key.key());
    applied.changed.entries[source.name] = {removal.key.key()};
    return applied;
}

Applied apply_add_domain(const Configuration& before, const AddDomain& add) {
    Applied applied{.configuration = before, .changed = {}};
    DomainSource& source = applied.configuration.domains;
    require_used(source.unused);
    if (!source.file.contains(add.domain.text())) {
        source.file = source.file.with(add.domain.text());
        applied.changed.domains = {add.domain.text()};
        applied.added = 1;
    }
    return applied;
}

Applied apply_remove_domain(const Configuration& before, const RemoveDomain& removal) {
    Applied applied{.configuration = before, .changed = {}};
    DomainSource& source = applied.configuration.domains;
    require_used(source.unused);
    if (!source.file.contains(removal.domain.text())) {
        throw Error(Code::NoSuchDomain, quoted(removal.domain.text()) + " is not in " + source.text_path +
                                            "; Names tells the domains that are");
    }
    source.file = source.file.without(removal.domain.text());
    applied.changed.domains = {removal.domain.text()};
    return applied;
}

}  // namespace mailstack

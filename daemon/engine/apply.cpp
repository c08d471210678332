// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/apply.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/apply_recipe.hpp"
#include "engine/apply_route.hpp"
#include "engine/apply_table.hpp"
#include "engine/import.hpp"
#include "engine/loops.hpp"

namespace mailstack {

void Changed::add(Changed more) {
    std::move(more.aliases.begin(), more.aliases.end(), std::back_inserter(aliases));
    std::move(more.domains.begin(), more.domains.end(), std::back_inserter(domains));
    std::move(more.routes.begin(), more.routes.end(), std::back_inserter(routes));
    route_texts = route_texts || more.route_texts;
    for (auto& [table, keys] : more.entries) {
        std::move(keys.begin(), keys.end(), std::back_inserter(entries[table]));
    }
}

const AliasSource* defining_source(const Configuration& configuration, std::string_view key) {
    for (const AliasSource& source : configuration.aliases) {
        if (source.file.contains(key)) {
            return &source;
        }
    }
    return nullptr;
}

std::vector<std::string> texts_of(const std::vector<Recipient>& recipients) {
    std::vector<std::string> texts;
    texts.reserve(recipients.size());
    for (const Recipient& recipient : recipients) {
        texts.push_back(recipient.text());
    }
    return texts;
}

namespace {

/// The source of `after` at the place of `source` in `before`.
AliasSource& same_source(Configuration& after, const Configuration& before, const AliasSource* source) {
    return after.aliases.at(static_cast<std::size_t>(source - before.aliases.data()));
}

Applied with_changed(Applied applied, const std::string& key, const std::vector<std::string>& recipients) {
    refuse_loop(applied.configuration, key, recipients);
    applied.changed.aliases.push_back(key);
    return applied;
}

/// Nothing to write; but where the line is a hand edit that no map has yet, its key is to be made live.
Applied same_as_before(const Configuration& before, const AliasSource& source, const std::string& key) {
    return {.configuration = before,
            .changed = {.aliases = source.drifted ? std::vector{key} : std::vector<std::string>{}}};
}

Applied apply_add(const Configuration& before, const AddAlias& add) {
    const std::vector<std::string> recipients = texts_of(add.recipients);
    if (const AliasSource* source = defining_source(before, add.name.key())) {
        const AliasEntry present = *source->file.find(add.name.key());
        if (present.recipients == recipients) {
            return same_as_before(before, *source, add.name.key());
        }
        throw Error(Code::AlreadyExists, "alias " + quoted(add.name.text()) + " exists in " +
                                             source->text_path + ", line " + std::to_string(present.line) +
                                             ", with other recipients: " + joined(present.recipients, ", ") +
                                             "; to replace them use SetAlias");
    }
    Applied applied{.configuration = before, .changed = {}, .added = 1};
    AliasSource& first = applied.configuration.aliases.front();
    first.file = first.file.with_added(add.name.text(), recipients);
    return with_changed(std::move(applied), add.name.key(), recipients);
}

Applied apply_set(const Configuration& before, const SetAlias& set) {
    const AliasSource* source = defining_source(before, set.name.key());
    if (source == nullptr) {
        return apply_add(before, {.name = set.name, .recipients = set.recipients});
    }
    const std::vector<std::string> recipients = texts_of(set.recipients);
    if (source->file.find(set.name.key())->recipients == recipients) {
        return same_as_before(before, *source, set.name.key());
    }
    Applied applied{.configuration = before, .changed = {}, .replaced = 1};
    AliasSource& changed = same_source(applied.configuration, before, source);
    changed.file = changed.file.with_recipients(set.name.key(), recipients);
    return with_changed(std::move(applied), set.name.key(), recipients);
}

Applied apply_remove(const Configuration& before, const RemoveAlias& removal) {
    Applied applied{.configuration = before, .changed = {}};
    for (AliasSource& source : applied.configuration.aliases) {
        if (source.file.contains(removal.name.key())) {
            source.file = source.file.without(removal.name.key());
            applied.changed.aliases = {removal.name.key()};
        }
    }
    if (applied.changed.empty()) {
        throw Error(Code::NoSuchAlias, "there is no alias " + quoted(removal.name.text()) + " in " +
                                           before.aliases.front().text_path +
                                           "; ListAliases tells those that exist");
    }
    return applied;
}

struct Apply {
    const Configuration& before;

    Applied operator()(const AddAlias& add) const { return apply_add(before, add); }
    Applied operator()(const SetAlias& set) const { return apply_set(before, set); }
    Applied operator()(const RemoveAlias& removal) const { return apply_remove(before, removal); }
    Applied operator()(const ImportAliases& import) const { return apply_import(before, import); }
    Applied operator()(const SetEntry& set) const { return apply_set_entry(before, set); }
    Applied operator()(const RemoveEntry& removal) const { return apply_remove_entry(before, removal); }
    Applied operator()(const AddDomain& add) const { return apply_add_domain(before, add); }
    Applied operator()(const RemoveDomain& removal) const { return apply_remove_domain(before, removal); }
    Applied operator()(const Reload& /*reload*/) const { return {.configuration = before, .changed = {}}; }
    Applied operator()(const Restart& /*restart*/) const { return {.configuration = before, .changed = {}}; }
    Applied operator()(const RebuildCf& /*rebuild*/) const {
        return {.configuration = before, .changed = {}};
    }
    Applied operator()(const Setup& /*setup*/) const { return {.configuration = before, .changed = {}}; }
    Applied operator()(const RotateCertificate& /*rotation*/) const {
        return {.configuration = before, .changed = {}};
    }
    Applied operator()(const InstallCertificate& /*certificate*/) const {
        return {.configuration = before, .changed = {}};
    }
    Applied operator()(const KeepRequestKey& request) const {
        return {.configuration = before, .changed = {}, .files = {request.file}};
    }
    Applied operator()(const NoteExpiryWarning& warning) const {
        return {.configuration = before, .changed = {}, .files = {warning.note}};
    }
    Applied operator()(const UseProcmail& /*use*/) const { return {.configuration = before, .changed = {}}; }
    template <typename Other>
    Applied operator()(const Other& change) const {
        if constexpr (is_recipe_kind<Other>) {
            throw Error(Code::Internal, "a change of recipes is apply_recipe_change()'s");
        } else {
            return apply_route_change(before, change);
        }
    }
};

struct Touches {
    const Configuration& configuration;
    const Managed& file;

    bool is_alias_file() const {
        return std::any_of(configuration.aliases.begin(), configuration.aliases.end(),
                           [&](const AliasSource& source) { return &source == &file; });
    }
    bool is_table(TableName name) const {
        return &configuration.tables.at(static_cast<std::size_t>(name)) == &file;
    }
    bool names_certificate() const { return &file == &configuration.mc || &file == &configuration.cf; }
    bool operator()(const AddAlias& /*add*/) const { return is_alias_file(); }
    bool operator()(const SetAlias& /*set*/) const { return is_alias_file(); }
    bool operator()(const RemoveAlias& /*removal*/) const { return is_alias_file(); }
    bool operator()(const ImportAliases& /*import*/) const { return is_alias_file(); }
    bool operator()(const SetEntry& set) const { return is_table(set.row.table()); }
    bool operator()(const RemoveEntry& removal) const { return is_table(removal.key.table()); }
    bool operator()(const AddDomain& /*add*/) const { return &file == &configuration.domains; }
    bool operator()(const RemoveDomain& /*removal*/) const { return &file == &configuration.domains; }
    bool operator()(const Reload& /*reload*/) const { return true; }
    bool operator()(const Restart& /*restart*/) const { return file.read_at_start; }
    bool operator()(const RebuildCf& /*rebuild*/) const { return true; }
    bool operator()(const Setup& /*setup*/) const { return true; }
    bool operator()(const RotateCertificate& /*rotation*/) const { return names_certificate(); }
    bool operator()(const InstallCertificate& /*certificate*/) const { return names_certificate(); }
    bool operator()(const KeepRequestKey& /*request*/) const { return false; }
    bool operator()(const NoteExpiryWarning& /*warning*/) const { return false; }
    bool operator()(const UseProcmail& /*use*/) const {
        return &file == &configuration.mc || &file == &configuration.cf;
    }
    template <typename Other>
    bool operator()(const Other& change) const {
        if constexpr (is_recipe_kind<Other>) {
            return false;
        } else {
            return touches_for_route(change);
        }
    }
    template <typename RouteChange>
    bool touches_for_route(const RouteChange& change) const {
        return &file == &configuration.routes || &file == &configuration.credentials ||
               ((&file == &configuration.mc || &file == &configuration.cf) &&
                needs_route_rules(configuration, change));
    }
};

struct Demands {
    Activation operator()(const AddDomain& /*add*/) const { return Activation::Reload; }
    Activation operator()(const RemoveDomain& /*removal*/) const { return Activation::Reload; }
    Activation operator()(const Reload& /*reload*/) const { return Activation::Reload; }
    Activation operator()(const Restart& /*restart*/) const { return Activation::Restart; }
    Activation operator()(const RebuildCf& /*rebuild*/) const { return Activation::Reload; }
    Activation operator()(const Setup& /*setup*/) const { return Activation::Reload; }
    Activation operator()(const RotateCertificate& /*rotation*/) const { return Activation::Reload; }
    Activation operator()(const InstallCertificate& /*certificate*/) const { return Activation::Reload; }
    Activation operator()(const UseProcmail& /*use*/) const { return Activation::Reload; }
    template <typename MapChange>
    Activation operator()(const MapChange& /*change*/) const {
        return Activation::None;
    }
};

}  // namespace

Applied apply(const Configuration& configuration, const Change& change) {
    return std::visit(Apply{configuration}, change);
}

bool touches(const Change& change, const Configuration& configuration, const Managed& file) {
    return std::visit(Touches{.configuration = configuration, .file = file}, change);
}

Activation activation_of(const Change& change) {
    return std::visit(Demands{}, change);
}

}  // namespace mailstack

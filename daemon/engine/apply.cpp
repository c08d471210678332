// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/apply.hpp"

#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "engine/import.hpp"
#include "engine/loops.hpp"

namespace mailstack {

void Changed::add(Changed more) {
    std::move(more.aliases.begin(), more.aliases.end(), std::back_inserter(aliases));
}

const AliasSource* defining_source(const Configuration& configuration, std::string_view key) {
    for (const AliasSource& source : configuration.aliases) {
        if (source.file.contains(key)) {
            return &source;
        }
    }
    return nullptr;
}

namespace {

std::vector<std::string> texts(const std::vector<Recipient>& recipients) {
    std::vector<std::string> all;
    all.reserve(recipients.size());
    for (const Recipient& recipient : recipients) {
        all.push_back(recipient.text());
    }
    return all;
}

std::string joined(const std::vector<std::string>& recipients) {
    std::string all;
    for (const std::string& recipient : recipients) {
        all += (all.empty() ? "" : ", ") + recipient;
    }
    return all;
}

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
    const std::vector<std::string> recipients = texts(add.recipients);
    if (const AliasSource* source = defining_source(before, add.name.key())) {
        const AliasEntry present = *source->file.find(add.name.key());
        if (present.recipients == recipients) {
            return same_as_before(before, *source, add.name.key());
        }
        throw Error(Code::AlreadyExists, "alias " + quoted(add.name.text()) + " exists in " +
                                             source->text_path + ", line " + std::to_string(present.line) +
                                             ", with other recipients: " + joined(present.recipients) +
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
    const std::vector<std::string> recipients = texts(set.recipients);
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

}  // namespace

Applied apply(const Configuration& configuration, const Change& change) {
    if (const auto* add = std::get_if<AddAlias>(&change)) {
        return apply_add(configuration, *add);
    }
    if (const auto* set = std::get_if<SetAlias>(&change)) {
        return apply_set(configuration, *set);
    }
    if (const auto* removal = std::get_if<RemoveAlias>(&change)) {
        return apply_remove(configuration, *removal);
    }
    if (const auto* import = std::get_if<ImportAliases>(&change)) {
        return apply_import(configuration, *import);
    }
    return {.configuration = configuration, .changed = {}};
}

Activation activation_of(const Change& change) {
    if (std::holds_alternative<Reload>(change)) {
        return Activation::Reload;
    }
    return std::holds_alternative<Restart>(change) ? Activation::Restart : Activation::None;
}

}  // namespace mailstack

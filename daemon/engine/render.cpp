// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/render.hpp"

#include <algorithm>

namespace mailstack {

namespace {

/// A middle change as the shortest stretch that differs.
void set_reverse_edit(TextEdit& edit, const std::string& old_text) {
    const std::size_t shorter = std::min(old_text.size(), edit.bytes.size());
    const auto head = std::mismatch(old_text.begin(), old_text.begin() + static_cast<std::ptrdiff_t>(shorter),
                                    edit.bytes.begin());
    const auto prefix = static_cast<std::size_t>(head.first - old_text.begin());
    std::size_t suffix = 0;
    while (suffix < shorter - prefix &&
           old_text[old_text.size() - 1 - suffix] == edit.bytes[edit.bytes.size() - 1 - suffix]) {
        ++suffix;
    }
    edit.offset = prefix;
    edit.inserted = edit.bytes.size() - suffix - prefix;
    edit.removed = old_text.substr(prefix, old_text.size() - suffix - prefix);
}

/// What `after` has at its end and `before` has not, where that is the only difference and the file is of a
/// kind that may be changed where it stands: another text is swapped whole, so that nobody reads half of it.
template <typename File>
std::optional<std::string> appended(const File& before, const File& after) {
    if constexpr (requires { after.appended_since(before); }) {
        return after.appended_since(before);
    } else {
        return std::nullopt;
    }
}

template <typename Source>
std::vector<TextEdit> text_edits(const Source& before, const Source& after) {
    TextEdit edit{.path = after.text_path, .before = before.text_identity, .bytes = {}, .removed = {}};
    if (const auto appended_bytes = appended(before.file, after.file);
        appended_bytes && before.text_identity.exists()) {
        if (appended_bytes->empty()) {
            return {};
        }
        edit.appends = true;
        edit.bytes = *appended_bytes;
        edit.offset = before.text_identity.size;
        edit.inserted = appended_bytes->size();
        return {edit};
    }
    edit.bytes = after.file.print();
    const std::string old_text = before.file.print();
    if (edit.bytes == old_text) {
        return {};
    }
    set_reverse_edit(edit, old_text);
    return {edit};
}

/// In place a key costs what five cost in a rebuild; few of many go in place, most of few do not.
bool cheaper_to_rebuild(std::size_t edits, std::size_t all) {
    return edits > 100 && edits * 5 > all;
}

template <typename Source>
std::vector<MapUpdate> map_updates(const Source& before, const Source& after, MapFormat format,
                                   const std::vector<std::string>& changed, Publish publish) {
    MapUpdate update{.format = format,
                     .path = after.map_path,
                     .text_path = after.text_path,
                     .exists = before.map_identity.exists(),
                     .written = before.map_written,
                     .edits = {},
                     .old_keys = {},
                     .pairs = [file = after.file](const MapVisitor& visit) { file.each(visit); },
                     .count = after.file.count()};
    if (update.path.empty()) {
        return {};
    }
    const bool foreign = !before.map_is_ours && !before.drifted;
    update.rebuild = (publish == Publish::All && (before.drifted || foreign)) ||
                     (publish == Publish::Missing && !update.exists);
    if (update.rebuild) {
        return {update};
    }
    update.text_drifted = before.drifted;
    if (after.file.same_as(before.file) && !before.drifted) {
        return {};
    }
    if (cheaper_to_rebuild(changed.size(), after.file.count()) && !before.drifted) {
        update.rebuild = true;
        return {update};
    }
    for (const std::string& key : changed) {
        std::optional<std::string> old_value = before.file.value(key);
        std::optional<std::string> new_value = after.file.value(key);
        // What a drifted text says is not what its map holds.
        if (old_value == new_value && !before.drifted) {
            continue;
        }
        update.edits.push_back({.key = key, .value = std::move(new_value)});
        update.old_keys.push_back({.key = key, .value = std::move(old_value)});
    }
    if (update.edits.empty()) {
        return {};
    }
    update.rebuild = !update.exists || foreign;
    return {update};
}

/// Made whole where it is to hold something else: it is small.
std::vector<MapUpdate> authinfo_updates(const Configuration& before, const Configuration& after,
                                        bool concerned, Publish publish) {
    const CredentialSource& source = after.credentials;
    const CredentialSource& was = before.credentials;
    const bool same = before.routes.file.credentials() == after.routes.file.credentials();
    const bool missing = !was.map_identity.exists() && (concerned || publish != Publish::Changes);
    const bool foreign =
        (publish == Publish::All && !was.map_is_ours) || (concerned && before.routes.drifted);
    if (source.map_path.empty() || after.routes.file.problem() || (same && !missing && !foreign)) {
        return {};
    }
    MapUpdate update{.format = MapFormat::Authinfo,
                     .path = source.map_path,
                     .text_path = after.routes.text_path,
                     .exists = was.map_identity.exists(),
                     .written = was.map_written,
                     .rebuild = true,
                     .text_drifted = before.routes.drifted,
                     .edits = {},
                     .old_keys = {},
                     .pairs = [](const MapVisitor& /*visit*/) {},
                     .credentials = after.routes.file.credentials()};
    return {update};
}

bool only_takes_away(const std::vector<Credential>& before, const std::vector<Credential>& after) {
    return after.size() < before.size() &&
           std::all_of(after.begin(), after.end(), [&](const Credential& one) {
               return std::find(before.begin(), before.end(), one) != before.end();
           });
}

/// A map that the new sendmail.cf names for the first time must be there, empty or not.
std::vector<MapUpdate> route_updates(const Configuration& before, const Configuration& after,
                                     const std::vector<std::string>& changed, bool concerned,
                                     Publish publish) {
    if (after.routes.file.problem()) {
        return {};  // what the map says stays, rather than nothing
    }
    if (publish == Publish::Changes && concerned) {
        publish = before.routes.drifted ? Publish::All : Publish::Missing;
    }
    return map_updates(before.routes, after.routes, MapFormat::Route, changed, publish);
}

template <typename Item>
void add_all(std::vector<Item>& to, std::vector<Item> from, std::size_t source) {
    for (Item& item : from) {
        item.source = source;
        to.push_back(std::move(item));
    }
}

}  // namespace

Plan render(const Configuration& before, const Configuration& after, const Changed& changed,
            Publish publish) {
    Plan plan;
    std::size_t place = 0;
    for (std::size_t i = 0; i < after.aliases.size(); ++i) {
        add_all(plan.texts, text_edits(before.aliases[i], after.aliases[i]), place);
        add_all(plan.maps,
                map_updates(before.aliases[i], after.aliases[i], MapFormat::Alias, changed.aliases, publish),
                place);
        ++place;
    }
    for (std::size_t i = 0; i < after.tables.size(); ++i) {
        const auto entries = changed.entries.find(after.tables[i].name);
        static const std::vector<std::string> none;
        add_all(plan.texts, text_edits(before.tables[i], after.tables[i]), place);
        add_all(plan.maps,
                map_updates(before.tables[i], after.tables[i], MapFormat::Table,
                            entries == changed.entries.end() ? none : entries->second, publish),
                place);
        ++place;
    }
    add_all(plan.texts, text_edits(before.domains, after.domains), place++);
    const bool routes_concerned =
        changed.route_texts || !changed.routes.empty() || (publish == Publish::All && before.routes.drifted);
    const std::size_t of_credentials = place++;
    const auto add_credentials = [&] {
        add_all(plan.maps, authinfo_updates(before, after, routes_concerned, publish), of_credentials);
    };
    // Expand, flip, contract: a password that comes is there before a route needs it, one that goes stays
    // until none does.
    const bool goes = only_takes_away(before.routes.file.credentials(), after.routes.file.credentials());
    if (!goes) {
        add_credentials();
    }
    add_all(plan.texts, text_edits(before.routes, after.routes), place);
    add_all(plan.maps, route_updates(before, after, changed.routes, routes_concerned, publish), place++);
    if (goes) {
        add_credentials();
    }
    add_all(plan.texts, text_edits(before.mc, after.mc), place++);
    add_all(plan.texts, text_edits(before.cf, after.cf), place);
    return plan;
}

bool needs_reload(const Plan& plan, const Configuration& after) {
    const auto all = all_managed(after);
    return !plan.files.empty() ||
           std::any_of(plan.texts.begin(), plan.texts.end(),
                       [&](const TextEdit& edit) { return all[edit.source]->read_at_start; });
}

}  // namespace mailstack

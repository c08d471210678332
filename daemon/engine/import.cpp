// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/import.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "engine/loops.hpp"

namespace mailstack {

namespace {

[[noreturn]] void refuse_line(std::size_t line, const std::string& why) {
    throw Error(Code::InvalidAddress,
                "line " + std::to_string(line) + " of the import: " + why + "; nothing was changed");
}

ImportedAlias validated(const AliasEntry& entry) {
    try {
        constexpr std::size_t longest_line = 8190;
        if (entry.recipients.empty()) {
            throw Error(Code::InvalidAddress, "alias " + quoted(entry.name) + " has no recipients");
        }
        if (entry.name.size() + entry.value.size() + 2 * entry.recipients.size() > longest_line) {
            throw Error(Code::InvalidAddress,
                        "alias " + quoted(entry.name) +
                            " has more recipients than sendmail takes in a line (8191 octets)");
        }
        ImportedAlias alias{.name = AliasName(entry.name), .recipients = {}, .line = entry.line};
        alias.recipients.reserve(entry.recipients.size());
        for (const std::string& recipient : entry.recipients) {
            alias.recipients.emplace_back(recipient);
        }
        return alias;
    } catch (const Error& refusal) {
        refuse_line(entry.line, refusal.what());
    }
}

void append_line(std::string& text, const ImportedAlias& alias) {
    text += alias.name.text() + ": ";
    for (std::size_t i = 0; i < alias.recipients.size(); ++i) {
        text += (i == 0 ? "" : ", ") + alias.recipients[i].text();
    }
    text += '\n';
}

enum class Fate { New, Keep, Replace };

/// Decides for one name that may exist.
Fate fate_of(const ImportedAlias& alias, const Configuration& before, OnConflict on_conflict) {
    const AliasSource* source = defining_source(before, alias.name.key());
    if (source == nullptr) {
        return Fate::New;
    }
    const AliasEntry present = *source->file.find(alias.name.key());
    if (on_conflict == OnConflict::Keep || present.recipients == texts_of(alias.recipients)) {
        return Fate::Keep;
    }
    if (on_conflict == OnConflict::Fail) {
        throw Error(Code::AlreadyExists,
                    "line " + std::to_string(alias.line) + " of the import: alias " +
                        quoted(alias.name.text()) + " exists in " + source->text_path + ", line " +
                        std::to_string(present.line) +
                        ", with other recipients; choose on-conflict keep or replace. Nothing was changed");
    }
    return Fate::Replace;
}

/// The replaced names' lines in one pass over each file, whatever their number.
void replace_in(Configuration& configuration, const std::vector<const ImportedAlias*>& replaced) {
    for (AliasSource& source : configuration.aliases) {
        std::vector<AliasFile::Recipients> here;
        for (const ImportedAlias* alias : replaced) {
            if (source.file.contains(alias->name.key())) {
                here.push_back({.key = alias->name.key(), .recipients = texts_of(alias->recipients)});
            }
        }
        if (!here.empty()) {
            source.file = source.file.with_recipients(here);
        }
    }
}

}  // namespace

ImportAliases parse_import(std::string text, OnConflict on_conflict) {
    constexpr std::size_t most_names = 2'000'000;
    const AliasFile file = AliasFile::parse(std::move(text));
    if (file.count() > most_names) {
        throw Error(Code::LimitExceeded, "the import has " + std::to_string(file.count()) + " names; " +
                                             std::to_string(most_names) + " at most go into one");
    }
    if (!file.problems().empty()) {
        const AliasProblem& first = file.problems().front();
        throw Error(Code::InvalidAddress,
                    "the import is refused: " + first.message + "; nothing was changed");
    }
    auto aliases = std::make_shared<std::vector<ImportedAlias>>();
    aliases->reserve(file.count());
    file.each_entry([&](const AliasEntry& entry) { aliases->push_back(validated(entry)); });
    return {.aliases = std::move(aliases), .on_conflict = on_conflict};
}

Applied apply_import(const Configuration& before, const ImportAliases& import) {
    Applied applied{.configuration = before, .changed = {}};
    std::vector<const ImportedAlias*> replaced;
    std::vector<const ImportedAlias*> written;
    std::string appended;
    for (const ImportedAlias& alias : *import.aliases) {
        const Fate fate = fate_of(alias, before, import.on_conflict);
        if (fate == Fate::Keep) {
            ++applied.kept;
            continue;
        }
        written.push_back(&alias);
        applied.changed.aliases.push_back(alias.name.key());
        if (fate == Fate::New) {
            append_line(appended, alias);
        } else {
            replaced.push_back(&alias);
        }
    }
    applied.replaced = static_cast<std::uint32_t>(replaced.size());
    applied.added = static_cast<std::uint32_t>(written.size() - replaced.size());
    replace_in(applied.configuration, replaced);
    if (!appended.empty()) {
        AliasSource& first = applied.configuration.aliases.front();
        first.file = first.file.with_appended_text(appended);
    }
    for (const ImportedAlias* alias : written) {
        const std::string& key = alias->name.key();
        if (std::any_of(alias->recipients.begin(), alias->recipients.end(), [&](const Recipient& recipient) {
                return leads_on(applied.configuration, key, recipient.text());
            })) {
            refuse_loop(applied.configuration, key, texts_of(alias->recipients));
        }
    }
    return applied;
}

}  // namespace mailstack

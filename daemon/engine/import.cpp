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

void validate(const AliasEntry& entry) {
    try {
        const AliasName name(entry.name);
        for (const std::string& recipient : entry.recipients) {
            const Recipient valid(recipient);
        }
    } catch (const Error& refusal) {
        refuse_line(entry.line, refusal.what());
    }
}

std::string as_line(const AliasEntry& entry) {
    std::string line = entry.name + ": ";
    for (std::size_t i = 0; i < entry.recipients.size(); ++i) {
        line += (i == 0 ? "" : ", ") + entry.recipients[i];
    }
    return line + '\n';
}

/// Decides for one name that may exist. True: it is new.
bool settle_conflict(const AliasEntry& entry, OnConflict on_conflict, Applied& applied,
                     std::vector<AliasEntry>& replaced) {
    const AliasSource* source = defining_source(applied.configuration, entry.key);
    if (source == nullptr) {
        return true;
    }
    const AliasEntry present = *source->file.find(entry.key);
    if (present.recipients == entry.recipients || on_conflict == OnConflict::Keep) {
        ++applied.kept;
        return false;
    }
    if (on_conflict == OnConflict::Fail) {
        throw Error(Code::AlreadyExists,
                    "line " + std::to_string(entry.line) + " of the import: alias " + quoted(entry.name) +
                        " exists in " + source->text_path + ", line " + std::to_string(present.line) +
                        ", with other recipients; choose on-conflict keep or replace. Nothing was changed");
    }
    ++applied.replaced;
    replaced.push_back(entry);
    return false;
}

}  // namespace

AliasFile parse_import(const ImportAliases& import) {
    AliasFile file = AliasFile::parse(import.text);
    if (!file.problems().empty()) {
        const AliasProblem& first = file.problems().front();
        refuse_line(first.line, first.message);
    }
    for (const AliasEntry& entry : file.list("", "", file.count())) {
        validate(entry);
    }
    return file;
}

Applied apply_import(const Configuration& before, const ImportAliases& import) {
    const AliasFile file = parse_import(import);
    Applied applied{.configuration = before, .changed = {}};
    std::vector<AliasEntry> entries = file.list("", "", file.count());
    std::sort(entries.begin(), entries.end(),
              [](const AliasEntry& a, const AliasEntry& b) { return a.line < b.line; });
    std::vector<AliasEntry> replaced;
    std::string appended;
    for (const AliasEntry& entry : entries) {
        if (settle_conflict(entry, import.on_conflict, applied, replaced)) {
            appended += as_line(entry);
            applied.changed.push_back(entry.key);
        }
    }
    applied.added = static_cast<std::uint32_t>(applied.changed.size());
    for (AliasSource& source : applied.configuration.aliases) {
        for (const AliasEntry& entry : replaced) {
            if (source.file.find(entry.key)) {
                source.file = source.file.with_recipients(entry.key, entry.recipients);
                applied.changed.push_back(entry.key);
            }
        }
    }
    AliasSource& first = applied.configuration.aliases.front();
    if (!appended.empty()) {
        first.file = first.file.with_appended_text(appended);
    }
    for (const std::string& key : applied.changed) {
        refuse_loop(applied.configuration, key);
    }
    return applied;
}

}  // namespace mailstack

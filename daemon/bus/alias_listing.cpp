// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/alias_listing.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/escape.hpp"
#include "bus/page.hpp"

namespace mailstack {
namespace {

/// An entry with the file that holds it.
using Found = std::pair<AliasEntry, const AliasSource*>;

/// The next entries of all files, sorted by key, each key once: as the first file has it.
std::vector<Found> merged(const Snapshot& snapshot, std::string_view prefix, std::string_view after,
                          std::size_t limit) {
    std::vector<Found> all;
    for (const AliasSource& source : snapshot.configuration.aliases) {
        for (AliasEntry& entry : source.file.list(prefix, after, limit)) {
            all.emplace_back(std::move(entry), &source);
        }
    }
    std::ranges::stable_sort(all, {},
                             [](const Found& found) -> const std::string& { return found.first.key; });
    const auto rest = std::ranges::unique(
        all, {}, [](const Found& found) -> const std::string& { return found.first.key; });
    all.erase(rest.begin(), all.end());
    all.resize(std::min(all.size(), limit), {AliasEntry{}, nullptr});
    return all;
}

}  // namespace

std::uint64_t alias_count(const Snapshot& snapshot) {
    std::uint64_t count = 0;
    for (const AliasSource& source : snapshot.configuration.aliases) {
        count += source.file.count();
    }
    return count;
}

std::vector<std::string> recipients_of(const Snapshot& snapshot, const AliasName& name) {
    for (const AliasSource& source : snapshot.configuration.aliases) {
        if (auto entry = source.file.find(name.key())) {
            return std::move(entry->recipients);
        }
    }
    throw Error(Code::NoSuchAlias, "there is no alias " + quoted(name.text()));
}

std::vector<AliasLine> alias_page(const Snapshot& snapshot, std::string_view prefix, std::string_view after,
                                  std::uint32_t limit) {
    Page<AliasLine> page;
    for (auto& [entry, source] : merged(snapshot, fold_case(prefix), fold_case(after), page_limit(limit))) {
        AliasLine line{bus_text(entry.key), bus_texts(entry.recipients),
                       bus_text(source->text_path) + ":" + std::to_string(entry.line)};
        std::size_t octets = line.name.size() + line.place.size();
        for (const std::string& recipient : line.recipients) {
            octets += recipient.size();
        }
        const std::size_t strings = 3 + line.recipients.size();
        if (!page.take(std::move(line), octets, strings)) {
            break;
        }
    }
    return std::move(page).lines();
}

std::vector<ProblemLine> problem_page(const Snapshot& snapshot) {
    Page<ProblemLine> page(1000);
    for (const AliasSource& source : snapshot.configuration.aliases) {
        for (const AliasProblem& problem : source.file.problems()) {
            ProblemLine line{bus_text(source.text_path), static_cast<std::uint32_t>(problem.line),
                             static_cast<std::uint32_t>(problem.other_line), bus_text(problem.message)};
            const std::size_t octets = line.file.size() + line.message.size();
            if (!page.take(std::move(line), octets)) {
                return std::move(page).lines();
            }
        }
    }
    return std::move(page).lines();
}

}  // namespace mailstack

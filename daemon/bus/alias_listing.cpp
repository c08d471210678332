// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/alias_listing.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/escape.hpp"

namespace mailstack {
namespace {

constexpr std::size_t page_octets = std::size_t{1} << 20U;
constexpr std::size_t page_entries = 10'000;
constexpr std::size_t overhead =
    8;  // of a string or a struct in D-Bus's wire format: length, end and padding

std::size_t weight(const AliasLine& line) {
    std::size_t octets = line.name.size() + line.place.size() + 4 * overhead;
    for (const std::string& recipient : line.recipients) {
        octets += recipient.size() + overhead;
    }
    return octets;
}

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
    const std::size_t most = limit == 0 ? page_entries : std::min<std::size_t>(limit, page_entries);
    std::vector<AliasLine> page;
    std::size_t octets = 0;
    for (auto& [entry, source] : merged(snapshot, fold_case(prefix), fold_case(after), most)) {
        AliasLine line{bus_text(entry.key), bus_texts(entry.recipients),
                       bus_text(source->text_path) + ":" + std::to_string(entry.line)};
        octets += weight(line);
        if (octets > page_octets && !page.empty()) {
            break;
        }
        page.push_back(std::move(line));
    }
    return page;
}

std::vector<ProblemLine> problem_page(const Snapshot& snapshot) {
    constexpr std::size_t most = 1000;
    std::vector<ProblemLine> page;
    std::size_t octets = 0;
    for (const AliasSource& source : snapshot.configuration.aliases) {
        for (const AliasProblem& problem : source.file.problems()) {
            ProblemLine line{bus_text(source.text_path), static_cast<std::uint32_t>(problem.line),
                             static_cast<std::uint32_t>(problem.other_line), bus_text(problem.message)};
            octets += line.file.size() + line.message.size() + 4 * overhead;
            if (page.size() == most || octets > page_octets) {
                return page;
            }
            page.push_back(std::move(line));
        }
    }
    return page;
}

}  // namespace mailstack

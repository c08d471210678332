// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "formats/alias_state.hpp"

namespace mailstack {

namespace {

AliasProblem duplicate(const std::string& key, std::size_t line, std::size_t first, std::size_t last) {
    return {line, first,
            "line " + std::to_string(line) + ": " + quoted(key) + " is defined before, in line " +
                std::to_string(first) + ": sendmail uses line " + std::to_string(last)};
}

}  // namespace

std::vector<AliasProblem> AliasFile::State::make_problems() const {
    std::vector<AliasProblem> made;
    const auto base_lines = base->line_ends_before(base->text().size());
    const auto line_of = [&](bool in_tail, std::size_t octet) {
        return 1 + (in_tail ? base_lines + tail->line_ends_before(octet) : base->line_ends_before(octet));
    };
    const auto add_duplicates = [&](const std::string& key) {
        std::vector<std::size_t> lines;
        for (const bool in_tail : {false, true}) {
            const auto& index = in_tail ? *tail : *base;
            const auto [first, last] = index.definitions(key);
            for (auto i = first; i < last; ++i) {
                lines.push_back(line_of(in_tail, index.spans()[index.order()[i]].begin));
            }
        }
        for (std::size_t i = 1; i < lines.size(); ++i) {
            made.push_back(duplicate(key, lines[i], lines.front(), lines.back()));
        }
    };

    std::vector<std::string> repeated;
    for (const auto place : shadowed) {
        repeated.push_back(base->key(base->spans()[place]));
    }
    for (const auto* index : {base.get(), tail.get()}) {
        for (const auto& span : index->spans()) {
            if (span.superseded) {
                repeated.push_back(index->key(span));
            }
        }
        for (const auto& [begin, message] : index->problems()) {
            const auto line = line_of(index == tail.get(), begin);
            made.push_back({line, 0, "line " + std::to_string(line) + ": " + message});
        }
    }
    std::sort(repeated.begin(), repeated.end());
    repeated.erase(std::unique(repeated.begin(), repeated.end()), repeated.end());
    std::for_each(repeated.begin(), repeated.end(), add_duplicates);
    std::stable_sort(made.begin(), made.end(), [](const AliasProblem& left, const AliasProblem& right) {
        return left.line < right.line;
    });
    return made;
}

}  // namespace mailstack

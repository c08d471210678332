// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/alias_state.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/address_scan.hpp"

namespace mailstack {

std::uint64_t next_version() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

std::string AliasFile::State::text(std::size_t from) const {
    const auto& front = base->text();
    if (from >= front.size()) {
        return tail->text().substr(from - front.size());
    }
    std::string whole;
    whole.reserve(size() - from);
    return whole.append(front, from, std::string::npos).append(tail->text());
}

bool AliasFile::State::ends_with_feed() const noexcept {
    const auto& last = tail->text().empty() ? base->text() : tail->text();
    return last.empty() || last.ends_with('\n');
}

bool AliasFile::State::hides(std::uint32_t base_place) const noexcept {
    return std::binary_search(shadowed.begin(), shadowed.end(), base_place);
}

AliasEntry AliasFile::State::entry(bool in_tail, const AliasSpan& span) const {
    const auto& index = in_tail ? *tail : *base;
    AliasEntry entry{
        index.name(span), index.key(span), index.value(span), {}, 1 + index.line_ends_before(span.begin)};
    entry.recipients = split_recipients(entry.value);
    if (in_tail) {
        entry.line += base->line_ends_before(base->text().size());
    }
    return entry;
}

std::shared_ptr<AliasFile::State> AliasFile::State::extended() const {
    auto state = std::make_shared<State>();
    state->local_hosts = local_hosts;
    state->base = base;
    state->tail = tail;
    state->shadowed = shadowed;
    state->version = next_version();
    state->ancestors = ancestors;
    state->ancestors.push_back({version, size()});
    return state;
}

std::shared_ptr<AliasFile::State> AliasFile::State::folded() const {
    auto state = std::make_shared<State>();
    state->local_hosts = local_hosts;
    state->base = tail->text().empty() ? base : std::make_shared<const AliasIndex>(*base, *tail);
    state->tail = std::make_shared<const AliasIndex>();
    state->version = version;
    return state;
}

std::shared_ptr<AliasFile::State> AliasFile::State::reparsed_with(std::string_view text_after) const {
    auto state = extended();
    state->base = std::make_shared<const AliasIndex>(text(0).append(text_after), *local_hosts);
    state->tail = std::make_shared<const AliasIndex>();
    state->shadowed.clear();
    return state;
}

std::shared_ptr<AliasFile::State> AliasFile::State::appended(const AliasIndex& addition) const {
    auto state = extended();
    // What weighs as much as the base is folded at once: a search in the base for each of its keys would cost
    // more.
    if (addition.spans().size() > base->spans().size() / 16 && addition.spans().size() > 1000) {
        const auto whole = folded();
        state->base = std::make_shared<const AliasIndex>(*whole->base, addition);
        state->tail = std::make_shared<const AliasIndex>();
        state->shadowed.clear();
        return state;
    }
    state->tail = std::make_shared<const AliasIndex>(*tail, addition);
    for (const auto& span : addition.spans()) {
        const auto [first, last] = base->definitions(addition.key(span));
        if (first != last) {
            state->shadowed.push_back(base->order()[last - 1]);
        }
    }
    std::sort(state->shadowed.begin(), state->shadowed.end());
    state->shadowed.erase(std::unique(state->shadowed.begin(), state->shadowed.end()), state->shadowed.end());
    return state;
}

std::shared_ptr<AliasFile::State> AliasFile::State::edited(
    bool in_tail, const std::vector<AliasIndex::Replacement>& replacements) const {
    const auto& index = in_tail ? tail : base;
    auto state = extended();
    const auto first_octet =
        (in_tail ? base->text().size() : 0) + index->spans()[replacements.front().span].begin;
    std::erase_if(state->ancestors, [&](const Ancestor& older) { return older.size > first_octet; });
    (in_tail ? state->tail : state->base) =
        std::make_shared<const AliasIndex>(index->with_replaced(replacements));
    if (base->has_nul() || tail->has_nul()) {
        state->base = std::make_shared<const AliasIndex>(state->text(0), *local_hosts);
        state->tail = std::make_shared<const AliasIndex>();
        state->shadowed.clear();
    }
    return state;
}

}  // namespace mailstack

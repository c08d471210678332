// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/alias_file.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "formats/alias_sort.hpp"
#include "formats/alias_state.hpp"

namespace mailstack {

AliasFile::AliasFile() : AliasFile(parse({})) {}
AliasFile::AliasFile(std::shared_ptr<const State> state) : state_(std::move(state)) {}
AliasFile::~AliasFile() = default;
AliasFile::AliasFile(const AliasFile&) = default;
AliasFile& AliasFile::operator=(const AliasFile&) = default;
// A file that was moved from is still a file: moving copies the pointer.
AliasFile::AliasFile(AliasFile&& other) noexcept : state_(other.state_) {}
AliasFile& AliasFile::operator=(AliasFile&& other) noexcept {
    state_ = other.state_;
    return *this;
}

AliasFile AliasFile::parse(std::string text, std::vector<std::string> local_hosts) {
    auto state = std::make_shared<State>();
    state->base = std::make_shared<const AliasIndex>(std::move(text), local_hosts);
    state->tail = std::make_shared<const AliasIndex>();
    state->local_hosts = std::make_shared<const LocalHosts>(std::move(local_hosts));
    state->version = next_version();
    return AliasFile(std::move(state));
}

std::string AliasFile::print() const {
    return state_->text(0);
}
std::size_t AliasFile::size() const noexcept {
    return state_->size();
}
std::size_t AliasFile::count() const noexcept {
    return state_->base->count() + state_->tail->count() - state_->shadowed.size();
}

std::optional<AliasFile::State::Place> AliasFile::State::place_of(std::string_view key) const {
    const auto folded = fold_case(key);
    for (const bool in_tail : {true, false}) {
        const auto& index = in_tail ? *tail : *base;
        const auto [first, last] = index.definitions(folded);
        if (first != last) {
            return Place{in_tail, &index.spans()[index.order()[last - 1]]};
        }
    }
    return std::nullopt;
}

bool AliasFile::contains(std::string_view key) const {
    return state_->place_of(key).has_value();
}

std::optional<std::string> AliasFile::value(std::string_view key) const {
    const auto place = state_->place_of(key);
    if (!place) {
        return std::nullopt;
    }
    return (place->in_tail ? *state_->tail : *state_->base).value(*place->span);
}

std::optional<AliasEntry> AliasFile::find(std::string_view key) const {
    const auto place = state_->place_of(key);
    return place ? std::optional(state_->entry(place->in_tail, *place->span)) : std::nullopt;
}

namespace {

/// Walks over the definitions that count, by key.
class Cursor {
  public:
    Cursor(const AliasIndex& index, std::size_t at, std::function<bool(std::uint32_t)> hidden)
        : index_(index), at_(at), hidden_(std::move(hidden)) {
        skip();
    }
    bool at_end() const { return at_ == index_.order().size(); }
    const AliasSpan& span() const { return index_.spans()[index_.order()[at_]]; }
    std::string key() const { return index_.key(span()); }
    void advance() {
        ++at_;
        skip();
    }

  private:
    void skip() {
        while (!at_end() && (span().superseded || hidden_(index_.order()[at_]))) {
            ++at_;
        }
    }
    const AliasIndex& index_;
    std::size_t at_;
    std::function<bool(std::uint32_t)> hidden_;
};

std::size_t first_after(const AliasIndex& index, std::string_view prefix, std::string_view after) {
    const auto from = index.lower_bound(prefix);
    return after < prefix ? from : std::max(from, index.definitions(after).second);
}

}  // namespace

std::vector<AliasEntry> AliasFile::list(std::string_view prefix, std::string_view after,
                                        std::size_t limit) const {
    const auto folded_prefix = fold_case(prefix);
    const auto folded_after = fold_case(after);
    const auto first = [&](const AliasIndex& index) {
        return folded_after.empty() ? index.lower_bound(folded_prefix)
                                    : first_after(index, folded_prefix, folded_after);
    };
    Cursor base(*state_->base, first(*state_->base),
                [this](std::uint32_t place) { return state_->hides(place); });
    Cursor tail(*state_->tail, first(*state_->tail), [](std::uint32_t /*place*/) { return false; });
    std::vector<AliasEntry> entries;
    while (entries.size() < limit && !(base.at_end() && tail.at_end())) {
        const bool from_tail =
            base.at_end() || (!tail.at_end() && compare_folded(tail.key(), base.key()) < 0);
        auto& cursor = from_tail ? tail : base;
        if (!cursor.key().starts_with(folded_prefix)) {
            break;
        }
        entries.push_back(state_->entry(from_tail, cursor.span()));
        cursor.advance();
    }
    return entries;
}

template <typename Visit>
void AliasFile::State::each_span(const Visit& visit) const {
    for (std::uint32_t place = 0; place < base->spans().size(); ++place) {
        const auto& span = base->spans()[place];
        if (!span.superseded && !hides(place)) {
            visit(false, span);
        }
    }
    for (const auto& span : tail->spans()) {
        if (!span.superseded) {
            visit(true, span);
        }
    }
}

void AliasFile::each(const std::function<void(std::string_view key, std::string_view value)>& visit) const {
    std::string buffer;
    state_->each_span([&](bool in_tail, const AliasSpan& span) {
        const auto& index = in_tail ? *state_->tail : *state_->base;
        visit(index.key(span), index.value(span, buffer));
    });
}

void AliasFile::each_entry(const std::function<void(const AliasEntry&)>& visit) const {
    state_->each_span([&](bool in_tail, const AliasSpan& span) { visit(state_->entry(in_tail, span)); });
}

const std::vector<AliasProblem>& AliasFile::problems() const noexcept {
    std::call_once(state_->problems_made, [this] { state_->problems = state_->make_problems(); });
    return state_->problems;
}

bool AliasFile::same_as(const AliasFile& other) const noexcept {
    return other.state_->version == state_->version;
}

std::optional<std::string> AliasFile::appended_since(const AliasFile& older) const {
    if (same_as(older)) {
        return std::string();
    }
    const auto& ancestors = state_->ancestors;
    const auto found = std::find_if(ancestors.begin(), ancestors.end(), [&](const Ancestor& ancestor) {
        return ancestor.version == older.state_->version;
    });
    return found == ancestors.end() ? std::nullopt : std::optional(state_->text(found->size));
}

AliasFile AliasFile::compacted() const {
    constexpr std::size_t largest_tail = 64 * 1024;
    constexpr std::size_t most_in_tail = 1000;
    const bool grown =
        state_->tail->text().size() > largest_tail || state_->tail->spans().size() > most_in_tail;
    return grown ? AliasFile(state_->folded()) : *this;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// New indexes out of old ones: copying and shifting, never parsing or sorting what is known.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "formats/alias_index.hpp"
#include "formats/alias_sort.hpp"

namespace mailstack {

namespace {

/// Above this share of new keys a merge that walks over all old ones is cheaper than a search for each new
/// one.
constexpr std::size_t search_share = 16;

}  // namespace

AliasIndex::AliasIndex(const AliasIndex& front, const AliasIndex& back)
    : has_nul_(front.has_nul_ || back.has_nul_),
      open_end_(back.text_.empty() ? front.open_end_ : back.open_end_) {
    if (front.text_.size() + back.text_.size() >= std::numeric_limits<std::uint32_t>::max()) {
        throw Error(Code::LimitExceeded, "the alias file would have 4 GiB or more");
    }
    text_.reserve(front.text_.size() + back.text_.size());
    text_.append(front.text_).append(back.text_);
    pool_ = front.pool_ + back.pool_;
    const auto text_shift = static_cast<std::uint32_t>(front.text_.size());
    const auto pool_shift = static_cast<std::uint32_t>(front.pool_.size());
    const auto place_shift = static_cast<std::uint32_t>(front.spans_.size());

    spans_.reserve(front.spans_.size() + back.spans_.size());
    spans_ = front.spans_;
    if (!spans_.empty() && spans_.back().end == text_shift && !front.text_.ends_with('\n') &&
        back.text_.starts_with('\n')) {
        ++spans_.back().end;
    }
    for (auto span : back.spans_) {
        span.begin += text_shift;
        span.end += text_shift;
        span.key += span.pooled ? pool_shift : text_shift;
        spans_.push_back(span);
    }
    problems_ = front.problems_;
    for (auto problem : back.problems_) {
        problem.begin += text_shift;
        problems_.push_back(problem);
    }

    const auto less = [this](std::uint32_t left, std::uint32_t right) {
        return compare_folded(raw_key(spans_[left]), raw_key(spans_[right])) < 0;
    };
    std::vector<std::uint32_t> added(back.order_.size());
    std::transform(back.order_.begin(), back.order_.end(), added.begin(),
                   [place_shift](std::uint32_t place) { return place + place_shift; });
    order_.reserve(spans_.size());
    if (added.size() * search_share > front.order_.size()) {
        std::merge(front.order_.begin(), front.order_.end(), added.begin(), added.end(),
                   std::back_inserter(order_), less);
        mark_superseded();
        return;
    }
    superseded_ = front.superseded_ + back.superseded_;
    auto from = front.order_.begin();
    for (const auto place : added) {
        const auto to = std::upper_bound(from, front.order_.end(), place, less);
        order_.insert(order_.end(), from, to);
        from = to;
        if (to != front.order_.begin() && !less(*std::prev(to), place) &&
            !spans_[*std::prev(to)].superseded) {
            spans_[*std::prev(to)].superseded = true;
            ++superseded_;
        }
        order_.push_back(place);
    }
    order_.insert(order_.end(), from, front.order_.end());
}

AliasIndex AliasIndex::with_replaced(const std::vector<Replacement>& replacements) const {
    AliasIndex edited;
    edited.pool_ = pool_;
    edited.spans_.reserve(spans_.size());
    std::vector<std::uint32_t> new_place(spans_.size());  // of each span that stays
    constexpr auto gone = std::numeric_limits<std::uint32_t>::max();

    std::size_t longer = 0;
    for (const auto& replacement : replacements) {
        longer += replacement.line.size();
    }
    edited.text_.reserve(text_.size() + longer);
    std::size_t copied = 0;  // of our text
    std::size_t place = 0;   // of the next span to carry over
    auto problem = problems_.begin();
    const auto carry_over = [&](std::size_t to_place, std::size_t to_text) {
        const auto shift =
            static_cast<std::uint32_t>(edited.text_.size()) - static_cast<std::uint32_t>(copied);
        for (; place < to_place; ++place) {
            auto span = spans_[place];
            span.begin += shift;
            span.end += shift;
            span.key += span.pooled ? 0 : shift;
            new_place[place] = static_cast<std::uint32_t>(edited.spans_.size());
            edited.spans_.push_back(span);
        }
        for (; problem != problems_.end() && problem->begin < to_text; ++problem) {
            edited.problems_.push_back({problem->begin + shift, problem->message});
        }
        edited.text_.append(text_, copied, to_text - copied);
        copied = to_text;
    };

    for (const auto& [replaced, line] : replacements) {
        const auto& old = spans_[replaced];
        carry_over(replaced, old.begin);
        new_place[place] = gone;
        if (!line.empty()) {
            auto span = old;
            span.begin = static_cast<std::uint32_t>(edited.text_.size());
            span.end = static_cast<std::uint32_t>(span.begin + line.size());
            span.colon = static_cast<std::uint16_t>(line.find(':'));
            span.key = span.pooled ? old.key : span.begin;
            span.assembled = false;
            new_place[place] = static_cast<std::uint32_t>(edited.spans_.size());
            edited.spans_.push_back(span);
            edited.text_ += line;
        }
        for (; problem != problems_.end() && problem->begin < old.end; ++problem) {
            if (!line.empty()) {  // a complaint about the name, which stays
                edited.problems_.push_back({edited.spans_.back().begin, problem->message});
            }
        }
        copied = old.end;
        ++place;
    }
    carry_over(spans_.size(), text_.size());

    edited.order_.reserve(edited.spans_.size());
    for (const auto old_place : order_) {
        if (new_place[old_place] != gone) {
            edited.order_.push_back(new_place[old_place]);
        }
    }
    edited.superseded_ = static_cast<std::size_t>(std::count_if(
        edited.spans_.begin(), edited.spans_.end(), [](const AliasSpan& span) { return span.superseded; }));
    edited.has_nul_ = has_nul_;
    edited.open_end_ = open_end_;
    return edited;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/table_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/alias_sort.hpp"
#include "formats/table_scan.hpp"
#include "formats/table_state.hpp"

namespace mailstack {

TableFile::State::State(std::string whole) : text(std::move(whole)) {
    if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
        throw Error(Code::LimitExceeded, "the table has 4 GiB or more");
    }
    each_record(text, [this](const TableRecord& record, std::size_t line) {
        if (record.kind == TableRecord::Kind::Entry) {
            spans.push_back({static_cast<std::uint32_t>(record.begin), static_cast<std::uint32_t>(record.end),
                             static_cast<std::uint32_t>(line), record.key_size, record.value,
                             record.value_size, false});
        }
    });
    order = sorted_by_key(spans.size(), [this](std::uint32_t place) { return raw_key(spans[place]); });
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (equal_folded(raw_key(spans[order[i]]), raw_key(spans[order[i - 1]]))) {
            spans[order[i]].superseded = true;
            ++superseded;
        }
    }
}

TableEntry TableFile::State::entry(const Span& span) const {
    return {std::string(raw_key(span)), fold_case(raw_key(span)), std::string(value(span)), span.line};
}

std::size_t TableFile::State::lower_bound(std::string_view key) const noexcept {
    const auto found =
        std::lower_bound(order.begin(), order.end(), key, [this](std::uint32_t place, std::string_view k) {
            return compare_folded(raw_key(spans[place]), k) < 0;
        });
    return static_cast<std::size_t>(found - order.begin());
}

std::pair<std::size_t, std::size_t> TableFile::State::entries_of(std::string_view key) const noexcept {
    const auto first = lower_bound(key);
    auto last = first;
    while (last < order.size() && equal_folded(raw_key(spans[order[last]]), key)) {
        ++last;
    }
    return {first, last};
}

TableFile::TableFile() : TableFile(parse({})) {}
TableFile::TableFile(std::shared_ptr<const State> state) : state_(std::move(state)) {}
TableFile::~TableFile() = default;
TableFile::TableFile(const TableFile&) = default;
TableFile& TableFile::operator=(const TableFile&) = default;
// A file that was moved from is still a file: moving copies the pointer.
TableFile::TableFile(TableFile&& other) noexcept : state_(other.state_) {}
TableFile& TableFile::operator=(TableFile&& other) noexcept {
    state_ = other.state_;
    return *this;
}

TableFile TableFile::parse(std::string text) {
    return TableFile(std::make_shared<const State>(std::move(text)));
}

const std::string& TableFile::print() const noexcept {
    return state_->text;
}
std::size_t TableFile::size() const noexcept {
    return state_->text.size();
}
std::size_t TableFile::count() const noexcept {
    return state_->spans.size() - state_->superseded;
}

std::optional<TableEntry> TableFile::find(std::string_view key) const {
    const auto [first, last] = state_->entries_of(fold_case(key));
    return first == last ? std::nullopt : std::optional(state_->entry(state_->spans[state_->order[first]]));
}

std::optional<std::string> TableFile::value(std::string_view key) const {
    const auto [first, last] = state_->entries_of(fold_case(key));
    return first == last ? std::nullopt
                         : std::optional<std::string>(state_->value(state_->spans[state_->order[first]]));
}

bool TableFile::contains(std::string_view key) const {
    const auto [first, last] = state_->entries_of(fold_case(key));
    return first != last;
}

std::vector<TableEntry> TableFile::list(std::string_view prefix, std::string_view after,
                                        std::size_t limit) const {
    const auto folded_prefix = fold_case(prefix);
    const auto folded_after = fold_case(after);
    auto at = state_->lower_bound(folded_prefix);
    if (!folded_after.empty()) {  // no key is empty
        at = std::max(at, state_->entries_of(folded_after).second);
    }
    std::vector<TableEntry> entries;
    for (; at < state_->order.size() && entries.size() < limit; ++at) {
        const auto& span = state_->spans[state_->order[at]];
        if (!equal_folded(state_->raw_key(span).substr(0, folded_prefix.size()), folded_prefix)) {
            break;
        }
        if (!span.superseded) {
            entries.push_back(state_->entry(span));
        }
    }
    return entries;
}

void TableFile::each(const std::function<void(std::string_view key, std::string_view value)>& visit) const {
    for (const auto& span : state_->spans) {
        if (!span.superseded) {
            visit(fold_case(state_->raw_key(span)), state_->value(span));
        }
    }
}

bool TableFile::same_as(const TableFile& other) const noexcept {
    return state_ == other.state_ || state_->text == other.state_->text;
}

std::optional<std::string> TableFile::appended_since(const TableFile& before) const {
    if (state_ == before.state_) {
        return std::string();
    }
    if (!state_->text.starts_with(before.state_->text)) {
        return std::nullopt;
    }
    return state_->text.substr(before.size());
}

}  // namespace mailstack

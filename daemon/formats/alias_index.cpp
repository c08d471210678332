// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/alias_index.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/address_scan.hpp"
#include "formats/alias_key.hpp"
#include "formats/alias_scan.hpp"
#include "formats/alias_sort.hpp"

namespace mailstack {

namespace {

constexpr std::size_t line_block = 256;  // octets for which line ends are counted at each look-up

std::string_view value_of(std::string_view line, std::size_t colon) {
    line.remove_prefix(colon + 1);
    while (!line.empty() && is_c_space(line.front())) {
        line.remove_prefix(1);
    }
    return line;
}

std::string_view without_blanks_after(std::string_view text) {
    while (!text.empty() && is_c_space(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// Whether a line or more after this text would be read into its last line, or bring back one that is
/// dropped.
bool is_open(std::string_view text, const LogicalLine& last) {
    const bool fed = text.ends_with('\n');
    const auto body = text.substr(0, text.size() - (fed ? 1 : 0));
    return last.too_long || body.ends_with('\\') || (!fed && last.text.size() >= longest_alias_line);
}

}  // namespace

AliasIndex::AliasIndex(std::string text, const LocalHosts& local_hosts) : text_(std::move(text)) {
    if (text_.size() >= std::numeric_limits<std::uint32_t>::max()) {
        throw Error(Code::LimitExceeded, "an alias file of " + std::to_string(text_.size()) +
                                             " octets: less than 4 GiB is possible");
    }
    scan(local_hosts);
    sort();
    mark_superseded();
}

void AliasIndex::scan(const LocalHosts& local_hosts) {
    spans_.reserve(static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '\n')) + 1);
    AliasScanner scanner(text_);
    has_nul_ = scanner.has_nul();
    LogicalLine line;
    for (std::size_t at = 0; at < text_.size(); at = line.end) {
        line = scanner.line_at(at);
        const auto begin = static_cast<std::uint32_t>(line.begin);
        if (line.too_long) {
            add_problem(begin, has_nul_ ? "it is longer than 8191 octets or holds a NUL: sendmail drops it"
                                        : "it is longer than 8191 octets: sendmail drops it");
        } else if (!line.text.empty() && line.text.front() != '#') {
            add_line(begin, static_cast<std::uint32_t>(line.end), line.text, line.assembled, local_hosts);
        }
    }
    open_end_ = has_nul_ || (!text_.empty() && is_open(text_, line));
}

void AliasIndex::add_line(std::uint32_t begin, std::uint32_t end, std::string_view line, bool assembled,
                          const LocalHosts& local_hosts) {
    if (is_blank(line.front())) {
        add_problem(begin, "it begins with white space and continues nothing: sendmail drops it");
        return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        add_problem(begin, quoted(line) + " has no colon: sendmail drops it");
        return;
    }
    const auto name = without_blanks_after(line.substr(0, colon));
    AliasSpan span{begin, end, begin, static_cast<std::uint16_t>(name.size()),
                   static_cast<std::uint16_t>(colon)};
    span.assembled = assembled;
    if (assembled || colon > longest_alias_name || !is_simple_name(name)) {
        const auto key = alias_key(line, local_hosts);
        if (!key.stored) {
            add_problem(begin, "the name " + quoted(name) + " is not used: " + key.problem);
            return;
        }
        if (!key.problem.empty()) {
            add_problem(begin,
                        "the name " + quoted(name) + " is stored as " + quoted(key.key) + ": " + key.problem);
        }
        span.pooled = true;
        span.key = static_cast<std::uint32_t>(pool_.size());
        span.key_size = static_cast<std::uint16_t>(key.key.size());
        pool_ += key.key;
    }
    if (value_of(line, colon).empty()) {
        add_problem(begin, quoted(name) + " has no recipients: sendmail drops it");
        return;
    }
    spans_.push_back(span);
}

void AliasIndex::add_problem(std::uint32_t begin, std::string message) {
    constexpr std::size_t most =
        1000;  // who reads more? a file of nothing but faults must not fill the memory
    if (problems_.size() < most) {
        problems_.push_back({begin, std::move(message)});
    }
}

void AliasIndex::sort() {
    order_ = sorted_by_key(spans_.size(), [this](std::uint32_t span) { return raw_key(spans_[span]); });
}

/// Of the definitions of one key the last counts: newaliases stores each over the one before.
void AliasIndex::mark_superseded() {
    for (std::size_t i = 1; i < order_.size(); ++i) {
        auto& before = spans_[order_[i - 1]];
        const auto& after = spans_[order_[i]];
        if (before.key_size == after.key_size && equal_folded(raw_key(before), raw_key(after))) {
            before.superseded = true;
            ++superseded_;
        }
    }
}

std::string_view AliasIndex::raw_key(const AliasSpan& span) const noexcept {
    return std::string_view(span.pooled ? pool_ : text_).substr(span.key, span.key_size);
}

std::string AliasIndex::key(const AliasSpan& span) const {
    return fold_case(raw_key(span));
}

std::string AliasIndex::line(const AliasSpan& span) const {
    if (span.assembled || has_nul_) {
        return std::string(AliasScanner(text_, has_nul_).line_at(span.begin).text);
    }
    std::string_view line(text_);
    line = line.substr(span.begin, span.end - span.begin);
    return std::string(line.substr(0, line.size() - (line.ends_with('\n') ? 1 : 0)));
}

std::string AliasIndex::name(const AliasSpan& span) const {
    return std::string(without_blanks_after(line(span).substr(0, span.colon)));
}

std::string AliasIndex::value(const AliasSpan& span) const {
    std::string buffer;
    return std::string(value(span, buffer));
}

std::string_view AliasIndex::value(const AliasSpan& span, std::string& buffer) const {
    if (span.assembled || has_nul_) {
        buffer = line(span);
        return value_of(buffer, span.colon);
    }
    auto line = std::string_view(text_).substr(span.begin, span.end - span.begin);
    line.remove_suffix(line.ends_with('\n') ? 1 : 0);
    return value_of(line, span.colon);
}

int AliasIndex::compare(const AliasSpan& span, std::string_view key) const noexcept {
    return compare_folded(raw_key(span), key);
}

std::size_t AliasIndex::lower_bound(std::string_view key) const noexcept {
    const auto at = std::lower_bound(
        order_.begin(), order_.end(), key,
        [this](std::uint32_t span, std::string_view k) { return compare(spans_[span], k) < 0; });
    return static_cast<std::size_t>(at - order_.begin());
}

std::pair<std::size_t, std::size_t> AliasIndex::definitions(std::string_view key) const noexcept {
    const auto first = lower_bound(key);
    auto last = first;
    while (last < order_.size() && compare(spans_[order_[last]], key) == 0) {
        ++last;
    }
    return {first, last};
}

std::size_t AliasIndex::line_ends_before(std::size_t offset) const {
    const auto ends_in = [this](std::size_t from, std::size_t to) {
        return static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(from),
                                                     text_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
    };
    std::call_once(lines_.counted, [&] {
        std::uint32_t ends = 0;
        for (std::size_t at = 0; at <= text_.size(); at += line_block) {
            lines_.ends_before.push_back(ends);
            ends += ends_in(at, std::min(at + line_block, text_.size()));
        }
    });
    const auto block = offset / line_block;
    return lines_.ends_before[block] + ends_in(block * line_block, offset);
}

}  // namespace mailstack

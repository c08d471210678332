// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The edits of a TableFile: pieces of its text are replaced, and the result is parsed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/table_file.hpp"
#include "formats/table_scan.hpp"
#include "formats/table_state.hpp"

namespace mailstack {

namespace {

struct Splice {
    std::size_t begin, end;  ///< octets of the old text that go
    std::string_view text;   ///< what comes there
};

[[noreturn]] void refuse(const std::string& what, const char* why) {
    throw Error(Code::InvalidArgument, what + ": " + why);
}

void check_key(std::string_view key) {
    const auto what = "the key " + quoted(key);
    if (key.empty()) {
        refuse(what, "it is empty: a key has at least one character");
    }
    if (key.front() == '#') {
        refuse(what, "it begins with '#', which begins a comment");
    }
    if (key.find('\0') != std::string_view::npos || std::any_of(key.begin(), key.end(), is_table_space)) {
        refuse(what, "it holds white space, a line end or a NUL, which end the key");
    }
}

void check_value(std::string_view key, std::string_view value) {
    const auto what = "the value " + quoted(value) + " of " + quoted(key);
    if (value.empty()) {
        refuse(what, "it is empty: makemap would drop the line");
    }
    if (is_table_space(value.front())) {
        refuse(what, "it begins with white space, which makemap drops");
    }
    if (value.find('\0') != std::string_view::npos || value.find('\n') != std::string_view::npos) {
        refuse(what, "it holds a line end or a NUL, which end the value");
    }
}

void check_length(std::string_view key, std::size_t octets) {
    if (octets > longest_table_line - 1) {
        throw Error(Code::LimitExceeded, "the line of " + quoted(key) + " would have " +
                                             std::to_string(octets) + " octets, makemap takes " +
                                             std::to_string(longest_table_line - 1) + " at most");
    }
}

std::string spliced(const std::string& text, std::vector<Splice>& splices, const std::string& addition) {
    std::sort(splices.begin(), splices.end(),
              [](const Splice& left, const Splice& right) { return left.begin < right.begin; });
    std::string edited;
    std::size_t copied = 0;
    for (const auto& splice : splices) {
        edited.append(text, copied, splice.begin - copied).append(splice.text);
        copied = splice.end;
    }
    edited.append(text, copied, std::string::npos);
    if (!addition.empty() && !edited.empty() && !edited.ends_with('\n')) {
        edited += '\n';
    }
    return edited + addition;
}

}  // namespace

TableFile TableFile::with(std::string_view key, std::string_view value) const {
    return with({{std::string(key), std::string(value)}});
}

TableFile TableFile::without(std::string_view key) const {
    return with({{std::string(key), std::nullopt}});
}

TableFile TableFile::with(const std::vector<TableEdit>& edits) const {
    std::map<std::string, const TableEdit*> last_of;
    for (const auto& edit : edits) {
        last_of[fold_case(edit.key)] = &edit;
    }
    std::vector<Splice> splices;
    std::string addition;
    for (const auto& edit : edits) {
        const auto folded = fold_case(edit.key);
        if (last_of[folded] != &edit) {
            continue;
        }
        const auto [first, last] = state_->entries_of(folded);
        if (!edit.value) {
            for (auto at = first; at < last; ++at) {
                const auto& span = state_->spans[state_->order[at]];
                splices.push_back({span.begin, span.end, {}});
            }
            continue;
        }
        check_key(edit.key);
        check_value(edit.key, *edit.value);
        if (first == last) {
            check_length(edit.key, edit.key.size() + 1 + edit.value->size());
            addition.append(edit.key).append("\t").append(*edit.value).append("\n");
            continue;
        }
        const auto& span = state_->spans[state_->order[first]];
        if (state_->value(span) != *edit.value) {
            check_length(edit.key, span.value + edit.value->size());
            const bool terminated = state_->text[span.end - std::size_t{1}] == '\n';
            splices.push_back({span.begin + std::size_t{span.value},
                               span.end - std::size_t{terminated ? 1U : 0U}, *edit.value});
        }
    }
    if (splices.empty() && addition.empty()) {
        return *this;
    }
    auto edited = parse(spliced(state_->text, splices, addition));
    // Only a NUL in a last line that was open can make a line mean something else than before.
    if (!addition.empty() && !state_->spans.empty()) {
        const auto& span = state_->spans.back();
        const auto open = std::string_view(state_->text).substr(span.begin, span.end - span.begin);
        if (!open.ends_with('\n') && open.find('\0') != std::string_view::npos &&
            edited.value(state_->raw_key(span)) != value(state_->raw_key(span)) &&
            !last_of.contains(fold_case(state_->raw_key(span)))) {
            throw Error(Code::Unsupported,
                        "line " + std::to_string(span.line) +
                            ", the last one, holds a NUL: makemap would drop it once a line "
                            "follows; take the NUL out of it");
        }
    }
    return edited;
}

}  // namespace mailstack

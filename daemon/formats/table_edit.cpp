// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The edits of a TableFile: pieces of its text are replaced, and the result is parsed.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
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

/// Completes an open last line, so that another can follow.
void complete_last_line(std::string& text) {
    if (text.empty() || text.ends_with('\n')) {
        return;
    }
    const auto begin = text.rfind('\n') + 1;  // 0 where there is no other line
    if (text.find('\0', begin) != std::string::npos) {
        const auto line = 1 + std::count(text.begin(), text.end(), '\n');
        throw Error(Code::Unsupported, "line " + std::to_string(line) +
                                           ", the last one, holds a NUL: makemap would drop it once a line "
                                           "follows; take the NUL out of it");
    }
    text += '\n';
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
    if (!addition.empty()) {
        complete_last_line(edited);
    }
    return edited + addition;
}

/// The edits that count, in order: of those of one key the last.
std::vector<const TableEdit*> last_of_each_key(const std::vector<TableEdit>& edits) {
    std::set<std::string> seen;
    std::vector<const TableEdit*> last;
    for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
        if (seen.insert(fold_case(edit->key)).second) {
            last.push_back(&*edit);
        }
    }
    std::reverse(last.begin(), last.end());
    return last;
}

}  // namespace

TableFile TableFile::with(std::string_view key, std::string_view value) const {
    return with({{std::string(key), std::string(value)}});
}

TableFile TableFile::without(std::string_view key) const {
    return with({{std::string(key), std::nullopt}});
}

TableFile TableFile::with(const std::vector<TableEdit>& edits) const {
    std::vector<Splice> splices;
    std::string addition;
    for (const auto* edit : last_of_each_key(edits)) {
        const auto& [key, value] = *edit;
        const auto [first, last] = state_->entries_of(fold_case(key));
        if (!value) {
            for (auto at = first; at < last; ++at) {
                const auto& span = state_->spans[state_->order[at]];
                splices.push_back({span.begin, span.end, {}});
            }
            continue;
        }
        check_key(key);
        check_value(key, *value);
        if (first == last) {
            check_length(key, key.size() + 1 + value->size());
            addition.append(key).append("\t").append(*value).append("\n");
            continue;
        }
        const auto& span = state_->spans[state_->order[first]];
        if (state_->value(span) != *value) {
            check_length(key, span.value + value->size());
            const bool open = state_->text[span.end - std::size_t{1}] != '\n';
            splices.push_back({span.begin + std::size_t{span.value}, span.end - (open ? 0U : 1U), *value});
        }
    }
    return splices.empty() && addition.empty() ? *this : parse(spliced(state_->text, splices, addition));
}

}  // namespace mailstack

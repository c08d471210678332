// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/alias_scan.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace mailstack {

LogicalLine AliasScanner::line_at(std::size_t begin) {
    const auto feed = text_.find('\n', begin);
    if (has_nul_ || feed == std::string_view::npos || feed - begin >= longest_alias_line ||
        blank_at(feed + 1) || (feed > begin && text_[feed - 1] == '\\')) {
        return assembled(begin);
    }
    return {begin, feed + 1, text_.substr(begin, feed - begin)};
}

/// The rare way: a copy of what sendmail's buffer holds after each physical line, since a NUL and the
/// buffer's size change what the next one is appended to.
LogicalLine AliasScanner::assembled(std::size_t begin) {
    buffer_.clear();
    std::size_t at = begin;
    while (true) {
        const auto space = longest_alias_line - buffer_.size();
        const auto feed = text_.substr(at, space).find('\n');
        const auto length = feed == std::string_view::npos ? std::min(space, text_.size() - at) : feed + 1;
        const auto piece = text_.substr(at, length);
        buffer_ += piece.substr(0, piece.find('\0'));
        at += length;
        const bool fed = buffer_.ends_with('\n');
        if (fed && buffer_.size() > 1 && buffer_[buffer_.size() - 2] == '\\') {
            buffer_.resize(buffer_.size() - 2);
            if (at == text_.size()) {
                break;
            }
        } else if (blank_at(at) && length > 0) {
            buffer_.resize(buffer_.size() - (fed ? 1 : 0));
        } else {
            break;
        }
    }
    if (buffer_.ends_with('\n')) {
        buffer_.pop_back();
    } else if (at < text_.size()) {
        return {begin, skipped(at), {}, true, true};
    }
    return {begin, at, buffer_, false, true};
}

/// Where sendmail goes on reading after it has given a line up.
std::size_t AliasScanner::skipped(std::size_t at) const {
    char before = '\0';
    while (true) {
        const auto feed = text_.find('\n', at);
        if (feed == std::string_view::npos) {
            return text_.size();
        }
        if (feed > at) {
            before = text_[feed - 1];
        }
        at = feed + 1;
        if (before != '\\' && !blank_at(at)) {
            return at;
        }
    }
}

}  // namespace mailstack

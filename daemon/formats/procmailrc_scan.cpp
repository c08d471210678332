// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/procmailrc_scan.hpp"

#include <algorithm>

#include "formats/procmailrc_characters.hpp"

namespace mailstack {

bool RcReader::take(char c) noexcept {
    const bool there = peek() == static_cast<unsigned char>(c);
    at_ += there ? 1 : 0;
    return there;
}

void RcReader::skip_blanks() noexcept {
    while (take(' ') || take('\t')) {
    }
}

void RcReader::skip_line() noexcept {
    const auto end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
}

std::string_view RcReader::name() {
    const std::size_t begin = at_;
    if (is_rc_name_character(peek()) && !is_rc_digit(peek())) {
        while (is_rc_name_character(peek())) {
            ++at_;
        }
    }
    const int next = peek();
    const bool whole = next == ' ' || next == '\t' || next == '\n' || next == '=';
    return whole ? text_.substr(begin, at_ - begin) : std::string_view{};
}

RcPiece RcReader::line() {
    RcPiece piece{.begin = at_, .end = at_};
    for (;;) {
        const auto end = std::min(text_.find('\n', at_), text_.size());
        const std::string_view read = text_.substr(at_, end - at_);
        const std::string_view seen = read.substr(0, read.find('\0'));
        piece.backquotes = piece.backquotes || read.find('`') != std::string_view::npos;
        at_ = std::min(end + 1, text_.size());
        piece.end = end;
        if (seen.empty() || seen.back() != '\\') {
            return piece;
        }
        piece.open = done();
        if (piece.open) {
            return piece;
        }
    }
}

}  // namespace mailstack

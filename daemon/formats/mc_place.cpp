// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_place.hpp"

#include "base/text.hpp"
#include "formats/mc_query.hpp"

namespace mailstack {
namespace {

using Kind = McStatement::Kind;

}  // namespace

std::size_t McPlaces::first_section() const {
    std::size_t index = 0;
    while (index < statements_.size() && !begins_mailers(statements_[index])) {
        ++index;
    }
    return index;
}

/// Where the line of the statement begins, if only blanks are before it there; else npos.
std::size_t McPlaces::line_begin(std::size_t index) const {
    const auto begin = statements_[index].begin;
    auto at = begin;
    while (at > 0 && is_blank(text_[at - 1])) {
        --at;
    }
    if (at > 0 && text_[at - 1] != '\n') {
        return npos;
    }
    // Blanks at the end of a quoted string are no blanks of this line.
    const auto first =
        index > 0 && statements_[index - 1].kind == Kind::Text ? statements_[index - 1].begin : begin;
    return at >= first || at == begin ? at : npos;
}

/// Where the line after the statement begins, if only blanks or a dnl follow it on its own; else npos.
std::size_t McPlaces::line_end(std::size_t index) const {
    auto at = statements_[index].end;
    auto next = index + 1;
    if (next < statements_.size() && statements_[next].kind == Kind::Text) {
        while (at < statements_[next].end && (is_blank(text_[at]) || text_[at] == '\r')) {
            ++at;
        }
        if (at < statements_[next].end) {
            return text_[at] == '\n' ? at + 1 : npos;
        }
        ++next;
    }
    if (next == statements_.size()) {
        return at;
    }
    return statements_[next].kind == Kind::Dnl ? statements_[next].end : npos;
}

McChange McPlaces::insertion(std::size_t at, const std::string& statement) const {
    const auto first_end = text_.find('\n');
    const bool crlf = first_end != std::string_view::npos && first_end > 0 && text_[first_end - 1] == '\r';
    const std::string end = crlf ? "\r\n" : "\n";
    // Never glued to a word, nor behind a dnl that lacks its newline.
    const bool glued = at > 0 && (in_mc_word(text_[at - 1]) || (at == text_.size() && text_[at - 1] != '\n'));
    return {at, 0, (glued ? end : "") + statement + "dnl" + end};
}

McChange McPlaces::after(std::size_t index, const std::string& statement) const {
    if (const auto end = line_end(index); end != npos) {
        return insertion(end, statement);
    }
    // The first newline that m4 copies or dnl drops, and before which no other call is made.
    for (auto next = index + 1; next < statements_.size() && statements_[next].kind != Kind::Call; ++next) {
        const auto& found = statements_[next];
        // An argument list after dnl can hold newlines, too: m4 goes on only after its end.
        const auto newline =
            found.kind == Kind::Text ? text_.substr(0, found.end).find('\n', found.begin) : found.end - 1;
        if (found.kind != Kind::Quoted && newline != std::string_view::npos && text_[newline] == '\n') {
            return insertion(newline + 1, statement);
        }
    }
    return insertion(statements_[index].end, statement);
}

McChange McPlaces::before(std::size_t index, const std::string& statement) const {
    const auto begin = line_begin(index);
    return insertion(begin == npos ? statements_[index].begin : begin, statement);
}

McChange McPlaces::after_settings(const std::string& statement) const {
    const auto section = first_section();
    const auto anchor = last_before(section, [](const McStatement&) { return true; });
    if (anchor != npos) {
        return after(anchor, statement);
    }
    return section == statements_.size() ? insertion(text_.size(), statement) : before(section, statement);
}

McChange McPlaces::removal(std::size_t index) const {
    const auto begin = line_begin(index);
    const auto end = line_end(index);
    const auto& statement = statements_[index];
    if (begin == npos || end == npos) {
        return {statement.begin, statement.end - statement.begin, ""};
    }
    return {begin, end - begin, ""};
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/word_list.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/table_scan.hpp"
#include "formats/word_list_state.hpp"

namespace mailstack {

namespace {

constexpr bool is_space(char c) noexcept {
    return c == '\n' || is_table_space(c);
}

}  // namespace

WordList::State::State(std::string whole) : text(std::move(whole)) {
    std::size_t line = 1;
    for (std::size_t at = 0; at < text.size();) {
        const auto piece = std::string_view(text).substr(at, longest_record);
        const auto size = std::min(
            piece.size(), piece.find('\n') == std::string_view::npos ? piece.size() : piece.find('\n') + 1);
        const bool ends = text[at + size - 1] == '\n' || at + size == text.size();
        const bool begins = at == 0 || text[at - 1] == '\n';
        records.push_back({at, at + size, line, begins && ends,
                           piece.substr(0, size).find('\0') != std::string_view::npos});
        scan(at, piece.substr(0, size));
        at += size;
        line += text[at - 1] == '\n' ? 1 : 0;
    }
}

void WordList::State::scan(std::size_t begin, std::string_view record) {
    const auto seen = record.substr(0, record.find_first_of(std::string_view("#\0", 2)));
    for (std::size_t at = 0; at < seen.size();) {
        const auto end = static_cast<std::size_t>(
            std::find_if(seen.begin() + static_cast<std::ptrdiff_t>(at), seen.end(), is_space) -
            seen.begin());
        if (end == at) {
            ++at;
            continue;
        }
        found.push_back({begin + at, begin + end, records.size() - 1});
        const auto word = fold_case(seen.substr(at, end - at));
        if (word.front() != other_class && first_of.try_emplace(word, found.size() - 1).second) {
            words.push_back(word);
        }
        at = end;
    }
}

WordList::WordList() : WordList(parse({})) {}
WordList::WordList(std::shared_ptr<const State> state) : state_(std::move(state)) {}
WordList::~WordList() = default;
WordList::WordList(const WordList&) = default;
WordList& WordList::operator=(const WordList&) = default;
// A list that was moved from is still a list: moving copies the pointer.
WordList::WordList(WordList&& other) noexcept : state_(other.state_) {}
WordList& WordList::operator=(WordList&& other) noexcept {
    state_ = other.state_;
    return *this;
}

WordList WordList::parse(std::string text) {
    return WordList(std::make_shared<const State>(std::move(text)));
}

const std::string& WordList::print() const noexcept {
    return state_->text;
}
const std::vector<std::string>& WordList::words() const noexcept {
    return state_->words;
}
bool WordList::contains(std::string_view word) const {
    return state_->first_of.contains(fold_case(word));
}
bool WordList::same_as(const WordList& other) const noexcept {
    return state_ == other.state_ || state_->text == other.state_->text;
}

std::optional<std::string> WordList::appended_since(const WordList& before) const {
    if (!state_->text.starts_with(before.state_->text)) {
        return std::nullopt;
    }
    return state_->text.substr(before.state_->text.size());
}

std::vector<WordProblem> WordList::problems() const {
    std::vector<WordProblem> made;
    const auto add = [&made](std::size_t line, std::size_t other_line, const std::string& what) {
        made.push_back({line, other_line, "line " + std::to_string(line) + ": " + what});
    };
    for (const auto& record : state_->records) {
        if (record.end - record.begin == State::longest_record && state_->text[record.end - 1] != '\n') {
            add(record.line, 0,
                "it is longer than " + std::to_string(State::longest_record - 1) +
                    " octets: sendmail cuts it into pieces, words and comments too");
        }
        if (record.has_nul) {
            add(record.line, 0, "it holds a NUL: sendmail reads nothing after it");
        }
    }
    for (std::size_t place = 0; place < state_->found.size(); ++place) {
        const auto& word = state_->found[place];
        const auto line = state_->records[word.record].line;
        if (state_->raw(word).front() == State::other_class) {
            add(line, 0,
                quoted(state_->raw(word)) + " begins with 0x93: sendmail takes it for a class's name");
            continue;
        }
        const auto first = state_->first_of.at(fold_case(state_->raw(word)));
        if (first != place) {
            const auto other = state_->records[state_->found[first].record].line;
            add(line, other, quoted(state_->raw(word)) + " is in line " + std::to_string(other) + " already");
        }
    }
    std::stable_sort(made.begin(), made.end(), [](const WordProblem& left, const WordProblem& right) {
        return left.line < right.line;
    });
    return made;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The edits of a WordList: the text is changed and parsed.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/table_scan.hpp"
#include "formats/word_list_state.hpp"

namespace mailstack {

std::string WordList::State::record_without(std::size_t first, std::size_t last,
                                            std::string_view word) const {
    const auto& record = records[found[first].record];
    std::string left(text, record.begin, record.end - record.begin);
    bool others = false;
    for (auto place = last; place-- > first;) {  // from the end: what is before it stays where it is
        if (fold_case(raw(found[place])) != word) {
            others = true;
            continue;
        }
        auto from = found[place].begin - record.begin;
        auto to = found[place].end - record.begin;
        if (!record.whole) {  // what follows must not move: a piece is a number of octets
            left.replace(from, to - from, to - from, ' ');
            continue;
        }
        while (place > first && is_table_space(left[from - 1])) {
            --from;
        }
        while (place == first && to < left.size() && is_table_space(left[to])) {
            ++to;
        }
        left.erase(from, to - from);
    }
    return record.whole && !others ? std::string() : left;
}

WordList WordList::with(std::string_view word) const {
    if (contains(word)) {
        return *this;
    }
    if (word.size() >= State::longest_record) {
        throw Error(Code::LimitExceeded, "the word " + quoted(word) + " has " + std::to_string(word.size()) +
                                             " octets, sendmail takes " +
                                             std::to_string(State::longest_record - 1) + " at most");
    }
    const auto alone = parse(std::string(word) + "\n");
    if (alone.words() != std::vector<std::string>{fold_case(word)}) {
        throw Error(Code::InvalidArgument, "the word " + quoted(word) +
                                               ": sendmail would not read it as one word: leave out white "
                                               "space, '#' and NUL");
    }
    const bool open = !state_->text.empty() && !state_->text.ends_with('\n');
    return parse(state_->text + (open ? "\n" : "") + alone.print());
}

WordList WordList::without(std::string_view word) const {
    const auto folded = fold_case(word);
    if (!contains(word)) {
        return *this;
    }
    const auto& found = state_->found;
    std::string edited;
    std::size_t copied = 0;
    for (std::size_t place = 0; place < found.size();) {
        const auto& record = state_->records[found[place].record];
        auto next = place;
        while (next < found.size() && found[next].record == found[place].record) {
            ++next;
        }
        edited.append(state_->text, copied, record.begin - copied)
            .append(state_->record_without(place, next, folded));
        copied = record.end;
        place = next;
    }
    return parse(edited.append(state_->text, copied, std::string::npos));
}

}  // namespace mailstack

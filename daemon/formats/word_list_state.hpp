// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What a WordList shares: the text, and where its words are.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "formats/word_list.hpp"

namespace mailstack {

struct WordList::State {
    static constexpr std::size_t longest_record = 2047;  ///< MAXLINE without the NUL
    static constexpr char other_class = '\x93';          ///< MATCHCLASS

    /// What sendmail reads at once.
    struct Record {
        std::size_t begin, end;  ///< octets in the text, line end included
        std::size_t line;        ///< 1-based
        bool whole;              ///< a line, and no piece of one
        bool has_nul;
    };
    struct Word {
        std::size_t begin, end;  ///< octets in the text
        std::size_t record;      ///< its place in `records`
    };

    explicit State(std::string whole);

    std::string_view raw(const Word& word) const {
        return std::string_view(text).substr(word.begin, word.end - word.begin);
    }
    /// What stays of the record that holds the words [first, last) when the folded `word` goes.
    std::string record_without(std::size_t first, std::size_t last, std::string_view word) const;

    std::string text;
    std::vector<Record> records{};
    std::vector<Word> found{};                      ///< in file order
    std::map<std::string, std::size_t> first_of{};  ///< folded; the place in `found`
    std::vector<std::string> words{};               ///< folded, in file order, each once

  private:
    void scan(std::size_t begin, std::string_view record);
};

}  // namespace mailstack

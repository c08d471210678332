// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Tells what mailstack makes of makemap texts, their maps and word lists, for the comparison with sendmail.
///
///     table-dump text FILE...          what our map of each text would hold
///     table-dump map FILE...           what a map holds that makemap or mailstack wrote
///     table-dump build TEXT MAP        writes our map of the text
///     table-dump edit MAP KEY [VALUE]  sets a key in a map in place, or removes it
///     table-dump words FILE...         the words of each list
///
/// Output as that of alias-map-dump; of a word list a record for each word, and the end mark.
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "dump.hpp"
#include "formats/map.hpp"
#include "formats/table_file.hpp"
#include "formats/word_list.hpp"

namespace {

void dump_text(const std::string& path) {
    const auto file = mailstack::TableFile::parse(content(path));
    put_pairs([&file](const mailstack::MapVisitor& visit) { file.each(visit); });
    for (const auto& problem : file.problems()) {
        put_number(static_cast<std::uint32_t>(problem.line));
        put_text(problem.message);
    }
    put_number(end_mark);
}

void dump_words(const std::string& path) {
    const auto list = mailstack::WordList::parse(content(path));
    for (const auto& word : list.words()) {
        put_text(word);
    }
    put_number(end_mark);
}

int run(const std::vector<std::string>& words) {
    const std::string what = words.empty() ? "" : words[0];
    if (what == "build" && words.size() == 3) {
        const auto file = mailstack::TableFile::parse(content(words[1]));
        std::ofstream(words[2], std::ios::binary)
            << mailstack::build_table_map([&file](const mailstack::MapVisitor& visit) { file.each(visit); });
        return 0;
    }
    if (what == "edit" && (words.size() == 3 || words.size() == 4)) {
        const auto value = words.size() == 4 ? std::optional(words[3]) : std::nullopt;
        mailstack::edit_table_map(words[1], {{words[2], value}});
        return mailstack::table_map_lookup(words[1], words[2]) == value ? 0 : 1;
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (what == "text") {
            dump_text(words[i]);
        } else if (what == "map") {
            put_pairs([&](const mailstack::MapVisitor& visit) { mailstack::each_in_map(words[i], visit); });
        } else if (what == "words") {
            dump_words(words[i]);
        } else {
            std::fputs("usage: table-dump text|map|words FILE... | build TEXT MAP | edit MAP KEY [VALUE]\n",
                       stderr);
            return 2;
        }
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const mailstack::Error& error) {
        std::fprintf(stderr, "table-dump: %s\n", error.what());
        return 1;
    }
}

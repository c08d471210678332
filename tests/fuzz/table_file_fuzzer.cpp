// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// libFuzzer target: any octets as a keyed table and as a word list. What comes out is what came in; an edit
/// is what a parser makes of the edited text, does what was asked and touches nothing else; nothing crashes.
/// Built with the address and undefined-behaviour sanitizers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "formats/table_file.hpp"
#include "formats/word_list.hpp"

using namespace mailstack;

namespace {

using Pairs = std::map<std::string, std::string>;

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "table_file_fuzzer: does not hold: %s\n", what);
        std::abort();
    }
}

Pairs pairs(const TableFile& file) {
    Pairs all;
    file.each([&all](std::string_view key, std::string_view value) {
        require(all.emplace(key, value).second, "each key comes once");
    });
    return all;
}

/// The table is `before` with this one change, and what a parser makes of its own text.
void require_only(const Pairs& before, const TableFile& after, const std::string& key,
                  const std::string* value) {
    auto expected = before;
    if (value == nullptr) {
        expected.erase(key);
    } else {
        expected[key] = *value;
    }
    require(pairs(after) == expected, "an edit does what was asked and nothing else");
    require(after.count() == expected.size(), "the count is that of the pairs");
    require(TableFile::parse(after.print()).same_as(after), "print(parse(x)) == x");
}

template <typename Edit>
void attempt(const Edit& edit) {
    try {
        edit();
    } catch (const Error& error) {
        require(error.code() == Code::InvalidArgument || error.code() == Code::LimitExceeded ||
                    error.code() == Code::Unsupported,
                error.what());
    }
}

void try_table(const std::string& text, std::string_view word) {
    const auto file = TableFile::parse(text);
    require(file.print() == text && file.size() == text.size(), "print(parse(x)) == x");
    const auto all = pairs(file);
    require(file.list("", "", text.size() + 1).size() == all.size(), "the list has every key");
    for (const auto& problem : file.problems()) {
        require(problem.line > 0 && problem.other_line <= problem.line,
                "a duplicate follows what it repeats");
    }
    const std::string value = "fuzzed value";
    attempt([&] {
        const auto added = file.with("fuzzed-key", value);
        require_only(all, added, "fuzzed-key", &value);
        require(all.contains("fuzzed-key") || added.appended_since(file) == added.print().substr(text.size()),
                "an addition is at the end");
    });
    attempt([&] {  // any key and any value: refused, or read back as given
        const std::string key(word.substr(0, word.size() / 2));
        const std::string other(word.substr(word.size() / 2));
        const auto edited = file.with(key, other);
        require(edited.value(key) == other, "what was set is there");
    });
    for (const auto& entry : file.list("", "", 3)) {
        require(file.value(entry.name) == entry.value, "what is listed is found");
        attempt([&] { require_only(all, file.with(entry.name, value), entry.key, &value); });
        require_only(all, file.without(entry.key), entry.key, nullptr);
    }
}

void try_words(const std::string& text, std::string_view word) {
    const auto list = WordList::parse(text);
    require(list.print() == text, "print(parse(x)) == x");
    require(list.problems().empty() || !text.empty(), "nothing is wrong with nothing");
    attempt([&] {
        const auto added = list.with(word);
        require(added.contains(word) && added.appended_since(list),
                "a word that was added is there, at the end");
        require(added.words().size() == list.words().size() + (list.contains(word) ? 0 : 1),
                "it is one word");
        if (!list.contains(word)) {
            require(added.without(word).words() == list.words(), "and can be taken out again");
        }
    });
    const auto& words = list.words();
    for (std::size_t i = 0; i < std::min<std::size_t>(words.size(), 3); ++i) {
        auto others = words;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        require(list.without(words[i]).words() == others, "a word goes and nothing else");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
    const std::string text(octets, octets + size);
    const auto word = std::string_view(text).substr(0, size % 40);
    try_table(text, word);
    try_words(text, word);
    return 0;
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Edits a sendmail.mc: reads it from standard input and writes it to standard output, after the edits that
/// the arguments tell, each ended by "--":
///
///     mc-edit define confLOG_LEVEL 9 -- feature access_db 'hash -T<TMPF> /etc/mail/access' -- <x.mc >y.mc
///
/// "problems" and "value NAME" write what they find to standard error. Exits 3 with the message where an edit
/// is refused.
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "formats/mc_file.hpp"
#include "formats/mc_macros.hpp"

using namespace mailstack;
using Words = std::vector<std::string>;

namespace {

std::vector<McValue> values_from(const Words& words, std::size_t first) {
    std::vector<McValue> values;
    for (auto i = first; i < words.size(); ++i) {
        values.emplace_back(words[i]);
    }
    return values;
}

McValue equates_from(const Words& words) {
    std::vector<std::pair<std::string, McValue>> pairs;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        pairs.emplace_back(words[i].substr(0, equals), McValue(words[i].substr(equals + 1)));
    }
    return McValue::equates(pairs);
}

void tell(const McFile& file, const Words& words) {
    if (words[0] == "problems") {
        for (const auto& problem : file.problems()) {
            std::cerr << problem.message << '\n';
        }
    } else if (words[0] == "value") {
        const auto found = file.defined(words.at(1));
        std::cerr << (found ? (found->literal ? "=" : "~") + found->value : "-") << '\n';
    } else if (words[0] == "knows") {  // what mailstack takes a word for
        const auto& word = words.at(1);
        std::cerr << (is_m4_builtin(word)   ? (needs_parenthesis(word) ? "builtin()" : "builtin")
                      : is_cf_macro(word)   ? "macro"
                      : is_cf_setting(word) ? "setting"
                                            : "-")
                  << '\n';
    } else {
        throw Error(Code::InvalidArgument, "no such edit: " + words[0]);
    }
}

McFile edited(const McFile& file, const Words& words) {
    const auto& what = words.at(0);
    if (what == "define") {
        return file.with_define(McName(words.at(1)), McValue(words.at(2)),
                                Words(words.begin() + 3, words.end()));
    }
    if (what == "undefine") {
        return file.without_define(McName(words.at(1)));
    }
    if (what == "feature") {
        return file.with_feature(McName(words.at(1)), values_from(words, 2));
    }
    if (what == "no-feature") {
        return file.without_feature(McName(words.at(1)));
    }
    if (what == "mailer") {
        return file.with_mailer(McName(words.at(1)));
    }
    if (what == "no-mailer") {
        return file.without_mailer(McName(words.at(1)));
    }
    if (what == "daemon") {
        return file.with_daemon_options(equates_from(words));
    }
    if (what == "call") {
        return file.with_call(McName(words.at(1)), values_from(words, 2));
    }
    if (what == "include") {
        return file.with_include(McValue(words.at(1)));
    }
    if (what == "fresh") {
        McFile::Fresh wanted;
        wanted.system = words.at(1) == "debian" ? McFile::System::Debian : McFile::System::Linux;
        wanted.cf_directory = words.at(2);
        wanted.includes.assign(words.begin() + 3, words.end());
        return McFile::fresh(wanted);
    }
    tell(file, words);
    return file;
}

}  // namespace

int main(int count, char** arguments) {
    auto file = McFile::parse({std::istreambuf_iterator<char>(std::cin), {}});
    try {
        Words words;
        for (int i = 1; i < count; ++i) {
            if (arguments[i] != std::string("--")) {
                words.emplace_back(arguments[i]);
                continue;
            }
            file = edited(file, words);
            words.clear();
        }
    } catch (const Error& error) {
        std::cerr << error.what() << '\n';
        return 3;
    }
    std::cout << file.print();
    return 0;
}

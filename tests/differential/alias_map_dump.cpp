// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Tells what mailstack makes of alias files, for the comparison with newaliases.
///
///     alias-map-dump text FILE...    what our map of each text would hold
///     alias-map-dump map FILE...     what a map holds that newaliases or mailstack wrote
///     alias-map-dump build TEXT MAP  writes our map of the text
///
/// Output: dump.hpp. Of a text its pairs, then its problems as (line, length, message), and the end mark
/// again.
#include <cstdio>
#include <string>

#include "base/error.hpp"
#include "dump.hpp"
#include "formats/alias_file.hpp"
#include "formats/map.hpp"

namespace {

void dump_text(const std::string& path) {
    const auto file = mailstack::AliasFile::parse(content(path), {"mail.example.test"});
    put_pairs([&file](const mailstack::MapVisitor& visit) { file.each(visit); });
    for (const auto& problem : file.problems()) {
        put_number(static_cast<std::uint32_t>(problem.line));
        put_text(problem.message);
    }
    put_number(end_mark);
}

void build(const std::string& text, const std::string& map) {
    const auto file = mailstack::AliasFile::parse(content(text), {"mail.example.test"});
    const auto bytes =
        mailstack::build_alias_map([&file](const mailstack::MapVisitor& visit) { file.each(visit); });
    std::ofstream(map, std::ios::binary) << bytes;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    try {
        if (what == "build" && argc == 4) {
            build(argv[2], argv[3]);
            return 0;
        }
        for (int i = 2; i < argc; ++i) {
            if (what == "text") {
                dump_text(argv[i]);
            } else if (what == "map") {
                put_pairs(
                    [&](const mailstack::MapVisitor& visit) { mailstack::each_in_map(argv[i], visit); });
            } else {
                std::fputs("usage: alias-map-dump text|map FILE... | build TEXT MAP\n", stderr);
                return 2;
            }
        }
    } catch (const mailstack::Error& error) {
        std::fprintf(stderr, "alias-map-dump: %s\n", error.what());
        return 1;
    }
    return 0;
}

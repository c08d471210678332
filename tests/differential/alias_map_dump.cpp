// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Tells what mailstack makes of alias files, for the comparison with newaliases.
///
///     alias-map-dump text FILE...    what our map of each text would hold
///     alias-map-dump map FILE...     what a map holds that newaliases or mailstack wrote
///     alias-map-dump build TEXT MAP  writes our map of the text
///
/// Output: records of 4-octet native lengths and octets. For each file: its pairs sorted by key (length, key,
/// length, value), the end mark 0xffffffff; for a text then its problems as (line, length, message), and the
/// end mark again.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "formats/alias_file.hpp"
#include "formats/map.hpp"

namespace {

constexpr std::uint32_t end_mark = 0xffffffff;

void put_number(std::uint32_t number) {
    std::fwrite(&number, sizeof number, 1, stdout);
}

void put_text(std::string_view text) {
    put_number(static_cast<std::uint32_t>(text.size()));
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void put_pairs(const mailstack::MapSource& source) {
    std::map<std::string, std::string> pairs;
    source([&pairs](std::string_view key, std::string_view value) { pairs[std::string(key)] = value; });
    for (const auto& [key, value] : pairs) {
        put_text(key);
        put_text(value);
    }
    put_number(end_mark);
}

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

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

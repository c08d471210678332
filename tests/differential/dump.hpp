// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// How the programs here answer a test: records of 4-octet native lengths and octets. Of a map its pairs
/// sorted by key (length, key, length, value), then the end mark 0xffffffff.
#pragma once

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "formats/map.hpp"

inline constexpr std::uint32_t end_mark = 0xffffffff;

inline void put_number(std::uint32_t number) {
    std::fwrite(&number, sizeof number, 1, stdout);
}

inline void put_text(std::string_view text) {
    put_number(static_cast<std::uint32_t>(text.size()));
    std::fwrite(text.data(), 1, text.size(), stdout);
}

inline void put_pairs(const mailstack::MapSource& source) {
    std::map<std::string, std::string> pairs;
    source([&pairs](std::string_view key, std::string_view value) { pairs[std::string(key)] = value; });
    for (const auto& [key, value] : pairs) {
        put_text(key);
        put_text(value);
    }
    put_number(end_mark);
}

inline std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

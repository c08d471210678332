// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "format.hpp"

#include <algorithm>
#include <charconv>

namespace mailstack::client {
namespace {

constexpr std::size_t widest_column = 40;

/// Columns that a UTF-8 text takes on a terminal, as far as alignment needs to know: one for each code point.
std::size_t width(std::string_view text) {
    const auto continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; };
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continuation));
}

std::vector<std::size_t> column_widths(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t column = 0; column < row.size(); ++column) {
            const auto cell = width(row[column]);
            if (cell <= widest_column) {
                widths[column] = std::max(widths[column], cell);
            }
        }
    }
    return widths;
}

/// Octets of the UTF-8 sequence that begins with `first`, 0 where none begins so (RFC 3629).
std::size_t sequence_length(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first < 0xe0) {
        return 2;
    }
    if (first >= 0xe0 && first < 0xf0) {
        return 3;
    }
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/// The second octet of a sequence has a narrower range after some first ones: no overlong form, no surrogate.
bool second_fits(unsigned char first, unsigned char second) {
    switch (first) {
        case 0xe0:
            return second >= 0xa0 && second < 0xc0;
        case 0xed:
            return second >= 0x80 && second < 0xa0;
        case 0xf0:
            return second >= 0x90 && second < 0xc0;
        case 0xf4:
            return second >= 0x80 && second < 0x90;
        default:
            return second >= 0x80 && second < 0xc0;
    }
}

}  // namespace

Json to_json(const Failure& failure) {
    Json json{{"error", failure.name()},
              {"message", failure.what()},
              {"advice", failure.advice()},
              {"exit_status", static_cast<int>(failure.status())}};
    if (failure.status() == ExitStatus::NotLive) {
        json["generation"] = written_generation(failure.what());
        json["live"] = false;
    }
    return json;
}

std::string line_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    bool control_follows = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
        // U+0080 to U+009F, which terminals take for an escape and a letter.
        const bool begins_control = byte == 0xc2 && next >= 0x80 && next < 0xa0;
        if (byte < 0x20 || byte == 0x7f || begins_control || control_follows) {
            shown += "\\x";
            shown += digits[byte >> 4U];
            shown += digits[byte & 0xfU];
        } else {
            shown += text[i];
        }
        control_follows = begins_control;
    }
    return shown;
}

std::string to_table(const std::vector<std::vector<std::string>>& rows) {
    const auto widths = column_widths(rows);
    std::string table;
    for (const auto& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            table += row[column];
            if (column + 1 < row.size()) {
                const auto cell = width(row[column]);
                table.append(2 + (cell < widths[column] ? widths[column] - cell : 0), ' ');
            }
        }
        table += '\n';
    }
    return table;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) {
        text += (text.empty() ? "" : ", ") + part;
    }
    return text;
}

std::string grouped(std::uint64_t number) {
    auto digits = std::to_string(number);
    for (auto at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits;
}

std::uint64_t written_generation(std::string_view message) {
    constexpr std::string_view before = "written as generation ";
    const auto at = message.find(before);
    std::uint64_t generation = 0;
    if (at != std::string_view::npos) {
        const auto number = message.substr(at + before.size());
        std::from_chars(number.data(), number.data() + number.size(), generation);
    }
    return generation;
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const auto length = sequence_length(first);
        if (first == 0 || length == 0 || at + length > text.size()) {
            return false;
        }
        for (std::size_t i = 1; i < length; ++i) {
            const auto next = static_cast<unsigned char>(text[at + i]);
            if (i == 1 ? !second_fits(first, next) : (next & 0xc0U) != 0x80U) {
                return false;
            }
        }
        at += length;
    }
    return true;
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/escape.hpp"

#include <cstddef>
#include <cstdint>

namespace mailstack {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

unsigned char octet(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

bool continues(std::string_view text, std::size_t i) {
    return i < text.size() && (octet(text, i) & 0xc0U) == 0x80U;
}

/// Length of the valid UTF-8 sequence at `i` (RFC 3629: no surrogates, no overlong forms), or 0.
std::size_t sequence_length(std::string_view text, std::size_t i) {
    const unsigned first = octet(text, i);
    if (first < 0x80) {
        return first == 0 ? 0 : 1;
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    for (std::size_t k = 1; k < length; ++k) {
        if (!continues(text, i + k)) {
            return 0;
        }
    }
    const unsigned second = octet(text, i + 1);
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool beyond = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
    return overlong || beyond ? 0 : length;
}

/// Whether `x` and two digits of an escape stand at `i`.
bool escape_follows(std::string_view text, std::size_t i) {
    if (i + 2 >= text.size() || text[i] != 'x') {
        return false;
    }
    const auto high = digits.find(text[i + 1]);
    const auto low = digits.find(text[i + 2]);
    return high != std::string_view::npos && low != std::string_view::npos &&
           (high >= 8 || (high == 0 && low == 0));
}

std::size_t backslashes_at(std::string_view text, std::size_t i) {
    const auto end = text.find_first_not_of('\\', i);
    return (end == std::string_view::npos ? text.size() : end) - i;
}

}  // namespace

std::string bus_text(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size();) {
        if (const std::size_t run = backslashes_at(bytes, i); run > 0) {
            i += run;
            const bool escaped_next = i < bytes.size() && sequence_length(bytes, i) == 0;
            text.append(escaped_next || escape_follows(bytes, i) ? 2 * run : run, '\\');
        } else if (const std::size_t length = sequence_length(bytes, i); length > 0) {
            text += bytes.substr(i, length);
            i += length;
        } else {
            text += "\\x";
            text += digits[octet(bytes, i) >> 4U];
            text += digits[octet(bytes, i) & 0xfU];
            ++i;
        }
    }
    return text;
}

std::string bus_bytes(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t run = backslashes_at(text, i);
        if (run == 0) {
            bytes += text[i++];
            continue;
        }
        i += run;
        if (!escape_follows(text, i)) {
            bytes.append(run, '\\');
            continue;
        }
        bytes.append(run / 2, '\\');
        if (run % 2 == 1) {
            bytes += static_cast<char>(digits.find(text[i + 1]) * 16 + digits.find(text[i + 2]));
            i += 3;
        }
    }
    return bytes;
}

std::vector<std::string> bus_texts(const std::vector<std::string>& list) {
    std::vector<std::string> texts;
    texts.reserve(list.size());
    for (const std::string& bytes : list) {
        texts.push_back(bus_text(bytes));
    }
    return texts;
}

}  // namespace mailstack

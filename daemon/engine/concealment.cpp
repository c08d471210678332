// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/concealment.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <initializer_list>

#include "base/text.hpp"

namespace mailstack {
namespace {

constexpr std::size_t longest_words = 500;

bool is_white(char c) {
    return (c >= '\0' && c <= ' ') || c == '\x7f';
}

/// Text without white space and in one case, as it is compared. The memory is taken once, as in WipedText.
std::string squeezed(std::string_view text) {
    std::string rest;
    rest.reserve(text.size());
    for (const char c : text) {
        if (!is_white(c)) {
            rest += fold_case(c);
        }
    }
    return rest;
}

/// The characters of `encoded` that stem from `size` octets alone, where `before` other octets (0 to 2) stood
/// in front of them: a character holds 6 bits, and one with bits of what is before or behind is left out.
std::string_view stem(const WipedText& encoded, std::size_t before, std::size_t size) {
    constexpr std::size_t too_few = 4;  // they would be found in many words
    const std::size_t begin = (before * 8 + 5) / 6;
    const std::size_t end = (before + size) * 8 / 6;
    return end >= begin + too_few ? encoded.octets().substr(begin, end - begin) : "";
}

std::string printable(std::string_view words) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    for (const char c : words) {
        const auto octet = static_cast<unsigned char>(c);
        const bool plain = octet >= ' ' && octet < 0x7f;
        const std::string next =
            plain ? std::string(1, c) : std::string{'\\', 'x', digits[octet >> 4U], digits[octet & 15U]};
        if (shown.size() + next.size() > longest_words) {
            break;
        }
        shown += next;
    }
    return shown;
}

bool has_reply_code(std::string_view words) {
    constexpr std::size_t size = 3;
    return words.size() > size && words[size] == ' ' &&
           std::all_of(words.begin(), words.begin() + size, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Concealment::Concealment(const Secret* secret) {
    if (secret == nullptr) {
        return;
    }
    const std::string_view octets = secret->octets();
    add(octets);
    add(WipedText(Base64{octets}).octets());
    for (std::size_t before = 0; before < 3; ++before) {
        const WipedText whole{std::string_view("xx").substr(0, before), octets};
        const WipedText encoded(Base64{whole.octets()});
        add(stem(encoded, before, octets.size()));
    }
}

void Concealment::add(std::string_view form) {
    std::string plain = squeezed(form);
    if (!plain.empty()) {
        squeezed_.emplace_back(std::initializer_list<std::string_view>{plain});
        ::OPENSSL_cleanse(plain.data(), plain.size());
    } else if (!form.empty()) {
        blank_.emplace_back(std::initializer_list<std::string_view>{form});
    }
}

bool Concealment::in(std::string_view text) const {
    const std::string plain = squeezed(text);
    const auto held_by = [](std::string_view where) {
        return [where](const WipedText& form) { return where.find(form.octets()) != std::string_view::npos; };
    };
    return std::any_of(squeezed_.begin(), squeezed_.end(), held_by(plain)) ||
           std::any_of(blank_.begin(), blank_.end(), held_by(text));
}

std::string Concealment::shown(std::string_view words, std::string_view heard) const {
    if (!in(words) && !in(heard)) {
        return printable(words);
    }
    const std::string_view code = has_reply_code(words) ? words.substr(0, 4) : "";
    return (in(code) ? "" : std::string(code)) + "(words that hold the secret are not shown)";
}

}  // namespace mailstack

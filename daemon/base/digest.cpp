// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/digest.hpp"

#include <openssl/evp.h>

#include <array>

#include "base/error.hpp"

namespace mailstack {

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
        throw Error(Code::Internal, "OpenSSL refused to compute a SHA-256");
    }
    return hexadecimal({reinterpret_cast<const char*>(digest.data()), length});
}

std::string hexadecimal(std::string_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(octets.size() * 2);
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        text += digits[octet >> 4U];
        text += digits[octet & 0xfU];
    }
    return text;
}

}  // namespace mailstack

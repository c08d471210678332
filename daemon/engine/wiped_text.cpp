// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/wiped_text.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <utility>

namespace mailstack {

// Memory is taken once: a string that grows would leave what it held where it was.
WipedText::WipedText(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (const std::string_view piece : pieces) {
        size += piece.size();
    }
    octets_.reserve(size);
    for (const std::string_view piece : pieces) {
        octets_ += piece;
    }
}

WipedText::WipedText(Base64 of) {
    const std::size_t size = (of.octets.size() + 2) / 3 * 4;
    octets_.resize(size + 1);  // EVP_EncodeBlock() ends with a NUL
    ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(octets_.data()),
                      reinterpret_cast<const unsigned char*>(of.octets.data()),
                      static_cast<int>(of.octets.size()));
    octets_.resize(size);
}

// A short string lies within the object and is copied: what is left there is wiped too.
WipedText::WipedText(std::string&& octets) {
    octets_.swap(octets);
    ::OPENSSL_cleanse(octets.data(), octets.capacity());
}

WipedText::~WipedText() {
    ::OPENSSL_cleanse(octets_.data(), octets_.capacity());
}

}  // namespace mailstack

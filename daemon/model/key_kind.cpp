// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/key_kind.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/error.hpp"

namespace mailstack {
namespace {

constexpr std::array<std::string_view, 5> words{"ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072",
                                                "rsa-4096"};

}  // namespace

std::string_view word(KeyKind kind) {
    return words.at(static_cast<std::size_t>(kind));
}

KeyKind key_kind(std::string_view word) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) {
        throw Error(Code::InvalidArgument,
                    "a key cannot be " + quoted(word) +
                        "; known are ecdsa-p256, ecdsa-p384, rsa-2048, rsa-3072, rsa-4096 and keep");
    }
    return static_cast<KeyKind>(found - words.begin());
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The kinds of keys that are made here, by the names that callers use.
#pragma once

#include <string_view>

namespace mailstack {

enum class KeyKind {
    EcdsaP256,  ///< "ecdsa-p256"
    EcdsaP384,  ///< "ecdsa-p384"
    Rsa2048,    ///< "rsa-2048"
    Rsa3072,    ///< "rsa-3072"
    Rsa4096,    ///< "rsa-4096"
};

std::string_view word(KeyKind kind);

/// Throws Error{InvalidArgument} that names those there are.
KeyKind key_kind(std::string_view word);

}  // namespace mailstack

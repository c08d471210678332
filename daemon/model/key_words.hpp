// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Keys in words, and whether they serve.
#pragma once

#include <openssl/evp.h>

#include <optional>
#include <string>

#include "base/error.hpp"

namespace mailstack {

/// "RSA, 2048 bits"; "ECDSA on P-256"; another one as OpenSSL calls it.
std::string key_words(const EVP_PKEY* key);

/// Why TLS with the key would not serve: WeakKey, Unsupported or LimitExceeded, and the words ("it is RSA,
/// 1024 bits: ..."). Nothing where it would.
std::optional<Error> why_unfit(const EVP_PKEY* key);

}  // namespace mailstack

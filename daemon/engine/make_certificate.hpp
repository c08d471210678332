// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Keys, self-signed certificates and requests made here: X.509 version 3 (RFC 5280), PKCS #10 (RFC 2986).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/certificate.hpp"
#include "model/host.hpp"
#include "model/key_kind.hpp"

namespace mailstack {

/// Mail servers do not look at it, but mail programs that were told to trust a certificate do, and Apple's
/// take none of more than 825 days. One more day counts: yesterday, since clocks differ.
inline constexpr unsigned longest_days = 823;

/// RSA takes from a tenth of a second to many seconds. Throws Error{Internal} in OpenSSL's words, as all
/// here.
PrivateKey new_key(KeyKind kind);

/// A certificate for `names` (at least one: the first is its subject's, where it is no longer than the 64
/// octets of a common name), valid from the day before `now` (seconds since the epoch) for `days` from then.
CertificateChain self_signed(const PrivateKey& key, const std::vector<Domain>& names, std::int64_t now,
                             unsigned days);

/// What an authority makes a certificate of, in PEM.
std::string certificate_request(const PrivateKey& key, const std::vector<Domain>& names);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Pieces of certificates as values and words.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/openssl.hpp"

namespace mailstack {

/// The octets as they stand, a NUL among them too.
std::string text_of(const ASN1_STRING* string);

/// subjectAltName; null where there is none.
openssl::Names alternative_names_of(const X509* certificate);

/// SHA-256 of the certificate (DER), 64 hexadecimal digits. Throws Error{Internal}.
std::string fingerprint_of(const X509* certificate);

/// As RFC 4514 has it, in ASCII: "CN=mail.example.org,O=Example".
std::string name_words(const X509_NAME* name);

/// Seconds since the epoch; nothing where it is no time.
std::optional<std::int64_t> seconds_of(const ASN1_TIME* time);

/// "2026-01-02 03:04:05 UTC"
std::string time_words(std::int64_t seconds);

/// "a, b and 3 more", "no name"
std::string listed(const std::vector<std::string>& names);

/// SHA-256 of the SubjectPublicKeyInfo, 64 hexadecimal digits. Throws Error{Internal}.
std::string public_fingerprint_of(EVP_PKEY* key);
/// The same, of a key that OpenSSL does not know too.
std::string public_fingerprint_of(const X509* certificate);

/// subjectAltName's DNS names, else the common names of the subject; folded. What could be no host's name (an
/// octet that is NUL, a letter that is not ASCII, a wildcard but for the first label) is left out: no
/// certificate is for it.
std::vector<std::string> host_names_of(const X509* certificate);

}  // namespace mailstack

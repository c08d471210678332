// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A certificate of one's own, so that STARTTLS works from the first minute, and what can be said of the
/// files that are there. X.509 version 3 (RFC 5280) with an ECDSA key on P-256.
///
/// Valid for 824 days, the first of them yesterday (clocks differ): mail servers do not look at it, but mail
/// programs that were told to trust a certificate do, and Apple's take none of more than 825 days. In the
/// time until then it is renewed.
#pragma once

#include <string>
#include <vector>

#include "model/host.hpp"
#include "model/setup.hpp"

namespace mailstack {

/// A new certificate for `names` (at least one: the first is its subject's, where it is no longer than the 64
/// octets of a common name) and its key, as two files: PEM, the key 0600. Throws Error{Internal} in OpenSSL's
/// words.
ProvidedFiles self_signed(const std::vector<Domain>& names, const std::string& certificate_path,
                          const std::string& key_path);

/// Whether the first certificate in the one file has the key in the other (PEM, no passphrase). false too
/// where a file is absent or holds something else. Symbolic links are followed, as sendmail does.
bool belong_together(const std::string& certificate_path, const std::string& key_path);

/// Whether the first certificate in the file is for each of `names`.
bool is_for(const std::string& certificate_path, const std::vector<Domain>& names);

}  // namespace mailstack

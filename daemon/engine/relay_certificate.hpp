// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What can be said of the certificate that a relay shows.
#pragma once

#include <openssl/x509.h>

#include <string>

#include "model/route.hpp"

namespace mailstack {

/// "subject CN=..., issuer CN=..., valid from 2026-01-02 03:04:05 to 2027-01-02 03:04:05 UTC"
std::string certificate_words(const X509* certificate);

/// "2026-01-02 03:04:05 UTC"
std::string time_words(const ASN1_TIME* time);

/// "" where sendmail takes the certificate for that of `host`, else why not, with the names that it has.
///
/// sendmail's rules (cf/m4/proto.m4, ruleset TLS_req, with FEATURE(check_cert_altnames)) compare the host, or
/// a literal's address, with each DNS name of subjectAltName, then with "*." in the place of its first label,
/// then with the subject's common name, without regard to case. So a common name counts beside alternative
/// names, a wildcard in it does not, and an IP address of subjectAltName is never seen (measured with 8.17.1
/// and 8.18.1; RFC 6125 would have it otherwise). For an address no wildcard is taken here.
std::string why_not_for(const X509* certificate, const RelayHost& host);

}  // namespace mailstack

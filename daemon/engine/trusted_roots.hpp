// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The roots that this machine trusts: those who connect are likely to trust the same.
#pragma once

#include <openssl/x509.h>

#include <functional>
#include <string>
#include <string_view>

namespace mailstack {

/// Answers whether a certificate was issued by a root (self-signed) among OpenSSL's default ones
/// (/etc/ssl/certs) or in the CACertPath and CACertFile of `cf`. A CACertFile that is the server's own
/// certificate does not count: it would vouch for itself. Reads them when it is asked.
std::function<bool(const X509*)> trusted_roots(std::string_view cf);

}  // namespace mailstack

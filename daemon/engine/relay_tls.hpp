// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// STARTTLS with a relay as sendmail's client has it, and what is to be said against the relay's certificate.
///
/// As sendmail does (sendmail/tls.c, inittls() and tls_get_info(); measured with 8.17.1 and 8.18.1):
/// - the handshake goes on whatever the certificate is, the finding is judged afterwards;
/// - no server name is sent (SNI), so the relay shows the certificate that it will show to sendmail;
/// - authorities are loaded where both CACertFile and CACertPath are named and the file can be read, else none;
/// - protocols, ciphers and the least strength of keys are those of the machine's openssl.cnf.
/// Left out: CRLFile, CRLPath, CipherList, ClientSSLOptions and a client's certificate (ClientCertFile) of sendmail.cf.
// clang-format on
#pragma once

#include <string>
#include <vector>

#include "engine/smtp_connection.hpp"
#include "model/route.hpp"

namespace mailstack {

/// What sendmail.cf names; "" where it does not.
struct TrustAnchors {
    std::string file;       ///< CACertFile
    std::string directory;  ///< CACertPath
};

struct RelayTls {
    std::string session;              ///< "TLSv1.3, TLS_AES_256_GCM_SHA384"
    std::string certificate;          ///< certificate_words()
    std::vector<std::string> faults;  ///< why the certificate is not that of the host; none: it is verified
};

/// Throws Error{MtaFailed} where the handshake fails.
RelayTls start_relay_tls(SmtpConnection& connection, const RelayHost& host, const TrustAnchors& anchors);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A server's certificate with its chain, and the key that belongs to it: values that hold what TLS libraries
/// take, whoever the bytes came from (X.509: RFC 5280; PEM: RFC 7468, see pem.hpp).
///
/// Texts between the blocks of a file are dropped: what is written is made anew from what was understood.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/openssl.hpp"

namespace mailstack {

/// A private key: RSA of 2048 to 8192 bits, or ECDSA on P-256, P-384 or P-521.
class PrivateKey {
  public:
    static constexpr std::size_t longest = std::size_t{64} << 10U;  ///< octets of a file

    /// The one private key in `pem` (PKCS #8, PKCS #1 or SEC 1, without a passphrase; "EC PARAMETERS" may
    /// stand beside it). Throws Error{BadKey} that says what there is instead (nothing, DER, a passphrase, a
    /// certificate, two keys, an end that is missing) and in which line; {WeakKey}; {Unsupported} for another
    /// algorithm or curve; {LimitExceeded}.
    static PrivateKey parse(std::string_view pem);
    /// A key that was made here.
    explicit PrivateKey(openssl::Key key);

    std::string pem() const;                    ///< PKCS #8; whoever has it wipes it
    const std::string& words() const noexcept;  ///< "RSA, 2048 bits", "ECDSA on P-256"
    const std::string& public_fingerprint()
        const noexcept;  ///< SHA-256 of the SubjectPublicKeyInfo, 64 digits
    EVP_PKEY* get() const noexcept { return key_.get(); }

  private:
    std::shared_ptr<EVP_PKEY> key_;
    std::string words_, public_fingerprint_;
};

/// What one certificate says.
struct CertificateDetails {
    std::string subject, issuer;     ///< as RFC 4514 (OpenSSL's RFC 2253) writes names
    std::int64_t not_before = 0;     ///< seconds since the epoch
    std::int64_t not_after = 0;      ///< seconds since the epoch
    std::vector<std::string> names;  ///< subjectAltName's DNS names, else the common name; folded
    std::string fingerprint;         ///< SHA-256 of the certificate (DER), 64 hexadecimal digits
    std::string public_fingerprint;  ///< as PrivateKey's
    bool self_signed = false;        ///< its own key signed it
};

class CertificateChain {
  public:
    static constexpr std::size_t longest = std::size_t{64} << 10U;  ///< octets of a file
    static constexpr std::size_t most = 10;                         ///< certificates

    /// The certificates in `pem`, in their order; at least one. Throws Error{BadCertificate} that says what
    /// there is instead (nothing, DER, a private key, a request, a damaged or cut block) and in which line;
    /// {LimitExceeded}.
    static CertificateChain parse(std::string_view pem);
    /// A certificate that was made here.
    explicit CertificateChain(openssl::Certificate only);

    /// The server's own certificate: the first.
    const CertificateDetails& leaf() const noexcept { return details_.front(); }
    const std::vector<CertificateDetails>& details() const noexcept { return details_; }
    X509* at(std::size_t place) const { return certificates_.at(place).get(); }
    std::size_t size() const noexcept { return certificates_.size(); }
    std::string pem() const;

  private:
    CertificateChain() = default;
    void add(openssl::Certificate certificate);

    std::vector<std::shared_ptr<X509>> certificates_;
    std::vector<CertificateDetails> details_;
};

/// Whether the certificate's name (which may be a wildcard for the first label, RFC 6125, 6.4.3) is `name`.
bool covers(std::string_view pattern, std::string_view name);

/// Each of these throws where the chain or the key would not serve; the message names the certificate by its
/// subject and, where dates are the matter, both dates, and says what would be right.

/// KeyMismatch: not the first certificate's, or a damaged private half (it signs, the public half verifies).
/// BrokenChain: it is that of a later one, which must stand first.
void require_key(const CertificateChain& chain, const PrivateKey& key);
void require_dates(const CertificateChain& chain, std::int64_t now);  ///< CertExpired, CertNotYetValid
/// WeakKey (a key; a signature with SHA-1 or older, self-signed ones apart), Unsupported, LimitExceeded.
void require_strength(const CertificateChain& chain);
/// WrongPurpose: an authority's certificate (CA:TRUE), or one whose uses leave out servers.
void require_purpose(const CertificateChain& chain);
/// NameMismatch, unless the first certificate is for one of `names` (folded).
void require_name(const CertificateChain& chain, const std::vector<std::string>& names);
/// BrokenChain, unless each certificate is issued by the next one, an authority's, and the last is a root
/// (self-signed) or `is_rooted`: issued by a root that those who connect are likely to have.
void require_order(const CertificateChain& chain, const std::function<bool(const X509*)>& is_rooted);

/// All of the above, in the order in which a person would look: the key first, then purpose, dates,
/// strength and order, the names last.
void require_serviceable(const CertificateChain& chain, const PrivateKey& key,
                         const std::vector<std::string>& names, std::int64_t now,
                         const std::function<bool(const X509*)>& is_rooted);

}  // namespace mailstack

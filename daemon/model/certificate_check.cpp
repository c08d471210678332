// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "model/certificate.hpp"
#include "model/certificate_called.hpp"
#include "model/certificate_words.hpp"
#include "model/key_words.hpp"

namespace mailstack {
namespace {

using Digest = std::unique_ptr<EVP_MD_CTX, openssl::Freed<EVP_MD_CTX_free>>;

std::string key_words_of(const X509* certificate) {
    const EVP_PKEY* const key = ::X509_get0_pubkey(certificate);
    return key == nullptr ? "a key of an unknown kind" : key_words(key);
}

/// What the private half signs, the public half confirms: comparing public halves alone would not tell that a
/// private one is damaged.
bool signs_for(EVP_PKEY* private_key, EVP_PKEY* public_key) {
    constexpr std::string_view text = "Is this the key?";
    const auto* const octets = reinterpret_cast<const unsigned char*>(text.data());
    const Digest signer(::EVP_MD_CTX_new()), verifier(::EVP_MD_CTX_new());
    openssl::require(signer && verifier, "compute a digest");
    std::size_t size = static_cast<std::size_t>(std::max(::EVP_PKEY_get_size(private_key), 0));
    std::vector<unsigned char> signature(size);
    const bool match =
        ::EVP_DigestSignInit(signer.get(), nullptr, ::EVP_sha256(), nullptr, private_key) == 1 &&
        ::EVP_DigestSign(signer.get(), signature.data(), &size, octets, text.size()) == 1 &&
        ::EVP_DigestVerifyInit(verifier.get(), nullptr, ::EVP_sha256(), nullptr, public_key) == 1 &&
        ::EVP_DigestVerify(verifier.get(), signature.data(), size, octets, text.size()) == 1;
    ::ERR_clear_error();
    return match;
}

std::string validity(const CertificateDetails& details) {
    return " (valid from " + time_words(details.not_before) + " to " + time_words(details.not_after) + ")";
}

/// Digests for which somebody could make a second certificate with the same signature.
bool is_weak_digest(int digest) {
    constexpr int weak[] = {NID_md2,  NID_md4,       NID_md5, NID_md5_sha1,
                            NID_mdc2, NID_ripemd160, NID_sha, NID_sha1};
    return std::find(std::begin(weak), std::end(weak), digest) != std::end(weak);
}

void require_signature(const CertificateChain& chain, std::size_t place) {
    int digest = NID_undef, kind = NID_undef;
    const bool known = ::X509_get_signature_info(chain.at(place), &digest, &kind, nullptr, nullptr) == 1;
    ::ERR_clear_error();
    if (is_weak_digest(digest)) {
        throw Error(Code::WeakKey, called(chain, place) + " is signed with " + ::OBJ_nid2sn(digest) +
                                       ", which can be forged: get one that is signed with SHA-256");
    }
    if (!known || (kind != NID_rsaEncryption && kind != NID_rsassaPss && kind != NID_X9_62_id_ecPublicKey)) {
        const int signature = ::X509_get_signature_nid(chain.at(place));
        throw Error(Code::Unsupported,
                    called(chain, place) + " is signed with " +
                        (signature == NID_undef ? "an unknown algorithm" : ::OBJ_nid2ln(signature)) +
                        ", which many mail servers do not know: get one that is signed with RSA or ECDSA and "
                        "SHA-256");
    }
}

bool is_authority(X509* certificate) {
    return (::X509_get_extension_flags(certificate) & EXFLAG_CA) != 0;
}

}  // namespace

void require_key(const CertificateChain& chain, const PrivateKey& key) {
    const auto& details = chain.details();
    const auto owner = std::find_if(details.begin(), details.end(), [&](const CertificateDetails& one) {
        return one.public_fingerprint == key.public_fingerprint();
    });
    if (owner == details.end()) {
        throw Error(Code::KeyMismatch, "the key (" + key.words() + ") is not that of " + called(chain, 0) +
                                           " (" + key_words_of(chain.at(0)) +
                                           "): take the two that were made together");
    }
    if (owner != details.begin()) {
        const auto place = static_cast<std::size_t>(owner - details.begin());
        throw Error(Code::BrokenChain,
                    "the key is that of " + called(chain, place) +
                        ", which must stand first: after it its issuer's, then that one's issuer's");
    }
    if (!signs_for(key.get(), ::X509_get0_pubkey(chain.at(0)))) {
        throw Error(Code::KeyMismatch,
                    "the key is damaged: its public half is that of " + called(chain, 0) +
                        ", but what its private half signs does not fit; take it from a copy, "
                        "or make a new key and get a certificate for that");
    }
}

void require_dates(const CertificateChain& chain, std::int64_t now) {
    for (std::size_t place = 0; place < chain.size(); ++place) {
        const CertificateDetails& details = chain.details()[place];
        if (details.not_after <= now) {
            throw Error(Code::CertExpired, called(chain, place) + " expired on " +
                                               time_words(details.not_after) + validity(details) +
                                               ": get a new one");
        }
        if (details.not_before > now) {
            throw Error(Code::CertNotYetValid, called(chain, place) + " is not valid before " +
                                                   time_words(details.not_before) + validity(details) +
                                                   ", and it is " + time_words(now) +
                                                   " now: wait, or set this machine's clock right");
        }
    }
}

void require_strength(const CertificateChain& chain) {
    for (std::size_t place = 0; place < chain.size(); ++place) {
        const EVP_PKEY* const key = ::X509_get0_pubkey(chain.at(place));
        if (key == nullptr) {
            ::ERR_clear_error();
            throw Error(Code::Unsupported, called(chain, place) +
                                               " has a key of an unknown kind: get one for a key "
                                               "that is RSA, or ECDSA on P-256");
        }
        if (const auto unfit = why_unfit(key)) {
            throw Error(unfit->code(),
                        "the key of " + called(chain, place) + " cannot be used: " + unfit->what());
        }
        // Nobody looks at the signature of a certificate that is trusted for its own sake.
        if (!chain.details()[place].self_signed) {
            require_signature(chain, place);
        }
    }
}

void require_purpose(const CertificateChain& chain) {
    X509* const leaf = chain.at(0);
    const auto refuse = [&](const std::string& why) {
        throw Error(Code::WrongPurpose, called(chain, 0) + why);
    };
    if (is_authority(leaf)) {
        refuse(chain.leaf().self_signed && chain.size() == 1
                   ? " is an authority's own (CA:TRUE): make one with basicConstraints CA:FALSE, or let "
                     "mailstackctl "
                     "cert rotate make one"
                   : " is an authority's own (CA:TRUE): the server's own must stand first");
    }
    // Without the extension OpenSSL has all bits set.
    if ((::X509_get_extended_key_usage(leaf) & XKU_SSL_SERVER) == 0) {
        refuse(" is not for servers: its extended key usage leaves out serverAuth; get one for a TLS server");
    }
    if ((::X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) == 0) {
        refuse(" is not for TLS servers: its key usage leaves out digitalSignature; get one that has it");
    }
    if ((::X509_get_extension_flags(leaf) & EXFLAG_CRITICAL) != 0) {
        refuse(
            " has a critical extension that TLS libraries do not know (as a precertificate has, which is "
            "none yet): "
            "get one without it");
    }
}

void require_name(const CertificateChain& chain, const std::vector<std::string>& names) {
    const auto& patterns = chain.leaf().names;
    const bool any = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return std::any_of(patterns.begin(), patterns.end(),
                           [&](const std::string& pattern) { return covers(pattern, name); });
    });
    if (!any) {
        throw Error(Code::NameMismatch, called(chain, 0) + " is for " + listed(patterns) +
                                            ", but this machine is " + listed(names) + ": get one for " +
                                            (names.empty() ? "a name that it has" : names.front()));
    }
}

void require_serviceable(const CertificateChain& chain, const PrivateKey& key,
                         const std::vector<std::string>& names, std::int64_t now,
                         const std::function<bool(const X509*)>& is_rooted) {
    require_key(chain, key);
    require_purpose(chain);
    require_dates(chain, now);
    require_strength(chain);
    require_order(chain, is_rooted);
    require_name(chain, names);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Certificates and keys for tests, right ones and wrong ones, made on the spot.
///
///     const auto root = maker::root();
///     const auto leaf = maker::leaf({.names = {"mail.example.org"}}, &root);
///     CertificateChain::parse(leaf.pem() + root.pem());
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/openssl.hpp"

namespace mailstack::maker {

using Key = std::shared_ptr<EVP_PKEY>;

inline void must(bool done) {
    if (!done) {
        std::abort();
    }
}

template <typename Write>
std::string written(const Write& write) {
    const openssl::Bio bio(::BIO_new(::BIO_s_mem()));
    must(write(bio.get()) > 0);
    return openssl::bytes_of(bio.get());
}

inline Key rsa(unsigned bits) {
    return {EVP_RSA_gen(bits), ::EVP_PKEY_free};
}
inline Key ecdsa(const char* curve = "P-256") {
    return {EVP_EC_gen(curve), ::EVP_PKEY_free};
}
inline Key ed25519() {
    return {::EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), ::EVP_PKEY_free};
}

/// PKCS #8, with a passphrase where one is given.
inline std::string pem(const Key& key, const char* passphrase = nullptr) {
    return written([&](BIO* out) {
        return ::PEM_write_bio_PKCS8PrivateKey(out, key.get(),
                                               passphrase == nullptr ? nullptr : ::EVP_aes_128_cbc(), nullptr,
                                               0, nullptr, const_cast<char*>(passphrase));
    });
}
/// "RSA PRIVATE KEY", "EC PRIVATE KEY".
inline std::string traditional_pem(const Key& key, const char* passphrase = nullptr) {
    return written([&](BIO* out) {
        return ::PEM_write_bio_PrivateKey_traditional(out, key.get(),
                                                      passphrase == nullptr ? nullptr : ::EVP_aes_128_cbc(),
                                                      nullptr, 0, nullptr, const_cast<char*>(passphrase));
    });
}
inline std::string der(const Key& key) {
    return written([&](BIO* out) { return ::i2d_PrivateKey_bio(out, key.get()); });
}

struct Options {
    std::string common = "mail.example.org";                ///< the subject's common name; "": no subject
    std::vector<std::string> names = {"mail.example.org"};  ///< DNS names of subjectAltName, as they are
    std::string from = "20200102030405Z", until = "20400102030405Z";
    Key key = {};  ///< none: a new one on P-256
    bool authority = false;
    std::string usage = {};           ///< "critical,digitalSignature"; "": none
    std::string extended_usage = {};  ///< "serverAuth,clientAuth"; "": none
    std::string unknown = {};         ///< "critical,DER:0500" for an extension that nobody knows; "": none
    const EVP_MD* digest = ::EVP_sha256();  ///< none: the issuer's key signs without
};

struct Certified {
    Key key;
    std::shared_ptr<X509> certificate;

    std::string pem() const {
        return written([&](BIO* out) { return ::PEM_write_bio_X509(out, certificate.get()); });
    }
    std::string der() const {
        return written([&](BIO* out) { return ::i2d_X509_bio(out, certificate.get()); });
    }
    std::string key_pem() const { return maker::pem(key); }
};

inline void extend(X509* certificate, int kind, const std::string& value) {
    if (!value.empty()) {
        const openssl::Extension extension(::X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
        must(extension && ::X509_add_ext(certificate, extension.get(), -1) == 1);
    }
}

inline void set_names(X509* certificate, const std::vector<std::string>& names) {
    const openssl::Names all(sk_GENERAL_NAME_new_null());
    for (const std::string& text : names) {
        ASN1_IA5STRING* const string = ::ASN1_IA5STRING_new();
        must(::ASN1_STRING_set(string, text.data(), static_cast<int>(text.size())) == 1);
        GENERAL_NAME* const name = ::GENERAL_NAME_new();
        ::GENERAL_NAME_set0_value(name, GEN_DNS, string);
        must(sk_GENERAL_NAME_push(all.get(), name) > 0);
    }
    must(names.empty() || ::X509_add1_ext_i2d(certificate, NID_subject_alt_name, all.get(), 0, 0) == 1);
}

inline void set_subject(X509* certificate, const std::string& common) {
    must(common.empty() ||
         ::X509_NAME_add_entry_by_NID(::X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(common.data()),
                                      static_cast<int>(common.size()), -1, 0) == 1);
}

/// As it is wanted, signed by `by`, or by itself.
inline Certified certified(const Options& options, const Certified* by = nullptr) {
    Certified made{options.key ? options.key : ecdsa(), {::X509_new(), ::X509_free}};
    X509* const certificate = made.certificate.get();
    static long serial = 0;
    must(::X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), ++serial) == 1 &&
         ::ASN1_TIME_set_string_X509(::X509_getm_notBefore(certificate), options.from.c_str()) == 1 &&
         ::ASN1_TIME_set_string_X509(::X509_getm_notAfter(certificate), options.until.c_str()) == 1 &&
         ::X509_set_pubkey(certificate, made.key.get()) == 1);
    set_subject(certificate, options.common);
    must(::X509_set_issuer_name(
             certificate, ::X509_get_subject_name(by == nullptr ? certificate : by->certificate.get())) == 1);
    extend(certificate, NID_basic_constraints, options.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(certificate, NID_key_usage, options.usage);
    extend(certificate, NID_ext_key_usage, options.extended_usage);
    if (!options.unknown.empty()) {
        const openssl::Extension extension(
            ::X509V3_EXT_conf(nullptr, nullptr, "1.3.6.1.4.1.11129.2.4.3", options.unknown.c_str()));
        must(extension && ::X509_add_ext(certificate, extension.get(), -1) == 1);
    }
    set_names(certificate, options.names);
    must(::X509_sign(certificate, by == nullptr ? made.key.get() : by->key.get(), options.digest) > 0);
    return made;
}

/// A server's certificate. Without an issuer: self-signed.
inline Certified leaf(const Options& options = {}, const Certified* by = nullptr) {
    return certified(options, by);
}

/// An authority's: a root, or one between where another issues it.
inline Certified authority(Options options, const Certified* by = nullptr) {
    options.authority = true;
    options.names.clear();
    return certified(options, by);
}
inline Certified root(const std::string& common = "Test Root") {
    return authority({.common = common});
}

/// A request (PKCS #10) for a key.
inline std::string request_pem(const Key& key) {
    const openssl::Request request(::X509_REQ_new());
    must(::X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
         ::X509_REQ_sign(request.get(), key.get(), ::EVP_sha256()) > 0);
    return written([&](BIO* out) { return ::PEM_write_bio_X509_REQ(out, request.get()); });
}

}  // namespace mailstack::maker

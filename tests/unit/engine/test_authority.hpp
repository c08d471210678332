// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// An authority of the test's own, and certificates from it with whatever is wrong with them.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/relay_tls.hpp"

namespace mailstack {

using TestKey = std::shared_ptr<EVP_PKEY>;
using TestCertificate = std::shared_ptr<X509>;

struct Identity {
    TestKey key;
    TestCertificate certificate;
};

struct Wanted {
    std::string common = "relay";
    std::string alternative{};  ///< "DNS:a.test,IP:192.0.2.1"; "": none
    std::string from = "20200102030405Z", until = "20400102030405Z";
    bool authority = false;
};

inline void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = ::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    if (extension == nullptr || ::X509_add_ext(certificate, extension, -1) != 1) {
        std::abort();
    }
    ::X509_EXTENSION_free(extension);
}

/// A certificate as it is wanted, signed by `by`, or by itself.
inline Identity identity(const Wanted& wanted, const Identity* by = nullptr) {
    Identity made{{EVP_EC_gen("P-256"), ::EVP_PKEY_free}, {::X509_new(), ::X509_free}};
    X509* const certificate = made.certificate.get();
    ::X509_set_version(certificate, X509_VERSION_3);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), 7);
    ::ASN1_TIME_set_string_X509(::X509_getm_notBefore(certificate), wanted.from.c_str());
    ::ASN1_TIME_set_string_X509(::X509_getm_notAfter(certificate), wanted.until.c_str());
    ::X509_set_pubkey(certificate, made.key.get());
    X509_NAME* const name = ::X509_get_subject_name(certificate);
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>(wanted.common.c_str()), -1, -1, 0);
    X509* const issuer = by == nullptr ? certificate : by->certificate.get();
    ::X509_set_issuer_name(certificate, ::X509_get_subject_name(issuer));
    extend(certificate, issuer, NID_basic_constraints, wanted.authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!wanted.alternative.empty()) {
        extend(certificate, issuer, NID_subject_alt_name, wanted.alternative);
    }
    if (::X509_sign(certificate, by == nullptr ? made.key.get() : by->key.get(), ::EVP_sha256()) <= 0) {
        std::abort();
    }
    return made;
}

/// An authority, and the files that sendmail.cf would name for it.
class TestAuthority {
  public:
    explicit TestAuthority(const Wanted& wanted = {.common = "test authority", .authority = true})
        : identity_(identity(wanted)) {
        std::string name = "/tmp/mailstack-unit-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            std::abort();
        }
        directory_ = name;
        std::FILE* const file = std::fopen(anchors().file.c_str(), "w");
        ::PEM_write_X509(file, identity_.certificate.get());
        std::fclose(file);
    }
    TestAuthority(const TestAuthority&) = delete;
    TestAuthority& operator=(const TestAuthority&) = delete;
    ~TestAuthority() { std::filesystem::remove_all(directory_); }

    Identity issue(const Wanted& wanted) const { return identity(wanted, &identity_); }
    TrustAnchors anchors() const { return {directory_ + "/authorities.pem", directory_}; }

  private:
    Identity identity_;
    std::string directory_;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/make_certificate.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/openssl.hpp"

namespace mailstack {
namespace {

using openssl::require;

constexpr std::int64_t a_day = 24L * 60 * 60;
constexpr std::size_t longest_common_name = 64;  // RFC 5280, ub-common-name

void set_serial(X509* certificate) {
    // RFC 5280, 4.1.2.2: positive, at most 20 octets; and not to be guessed.
    constexpr int bits = 159;
    const openssl::Number number(::BN_new());
    require(number && ::BN_rand(number.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                ::BN_to_ASN1_INTEGER(number.get(), ::X509_get_serialNumber(certificate)) != nullptr,
            "make a serial number");
}

void set_times(X509* certificate, std::int64_t now, unsigned days) {
    require(::ASN1_TIME_set(::X509_getm_notBefore(certificate), now - a_day) != nullptr &&
                ::ASN1_TIME_set(::X509_getm_notAfter(certificate), now + days * a_day) != nullptr,
            "set the dates of a certificate");
}

bool has_subject(const std::vector<Domain>& names) {
    return names.at(0).text().size() <= longest_common_name;
}

void set_common_name(X509_NAME* subject, const std::vector<Domain>& names) {
    if (has_subject(names)) {
        const auto& name = names[0].text();
        require(::X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC,
                                             reinterpret_cast<const unsigned char*>(name.data()),
                                             static_cast<int>(name.size()), -1, 0) == 1,
                "name a certificate");
    }
}

/// RFC 5280, 4.2.1.6: without a subject the alternative names are critical.
std::string alternatives_of(const std::vector<Domain>& names) {
    std::string alternatives = has_subject(names) ? "" : "critical";
    for (const Domain& name : names) {
        alternatives += (alternatives.empty() ? "DNS:" : ",DNS:") + name.text();
    }
    return alternatives;
}

/// RSA keys may decrypt what TLS 1.2 clients of old send them.
const char* usage_of(const PrivateKey& key) {
    return ::EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA ? "critical,digitalSignature,keyEncipherment"
                                                             : "critical,digitalSignature";
}

openssl::Extension extension(X509V3_CTX& context, int kind, const std::string& value) {
    openssl::Extension made(::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    require(made != nullptr, "extend a certificate");
    return made;
}

void add_extensions(X509* certificate, const PrivateKey& key, const std::vector<Domain>& names) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const auto add = [&](int kind, const std::string& value) {
        require(::X509_add_ext(certificate, extension(context, kind, value).get(), -1) == 1,
                "extend a certificate");
    };
    add(NID_basic_constraints, "critical,CA:FALSE");
    add(NID_key_usage, usage_of(key));
    add(NID_ext_key_usage, "serverAuth,clientAuth");
    add(NID_subject_alt_name, alternatives_of(names));
    add(NID_subject_key_identifier, "hash");
}

using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), void (*)(STACK_OF(X509_EXTENSION)*)>;

void ask_for_names(X509_REQ* request, const std::vector<Domain>& names) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, nullptr, nullptr, request, nullptr, 0);
    const Extensions all(sk_X509_EXTENSION_new_null(), [](STACK_OF(X509_EXTENSION) * stack) {
        sk_X509_EXTENSION_pop_free(stack, ::X509_EXTENSION_free);
    });
    auto alternatives = extension(context, NID_subject_alt_name, alternatives_of(names));
    require(all && sk_X509_EXTENSION_push(all.get(), alternatives.get()) > 0, "ask for names");
    static_cast<void>(alternatives.release());
    require(::X509_REQ_add_extensions(request, all.get()) == 1, "ask for names");
}

openssl::Key generated(KeyKind kind) {
    switch (kind) {
        case KeyKind::EcdsaP256:
            return openssl::Key(EVP_EC_gen("P-256"));
        case KeyKind::EcdsaP384:
            return openssl::Key(EVP_EC_gen("P-384"));
        case KeyKind::Rsa2048:
            return openssl::Key(EVP_RSA_gen(2048U));
        case KeyKind::Rsa3072:
            return openssl::Key(EVP_RSA_gen(3072U));
        case KeyKind::Rsa4096:
            break;
    }
    return openssl::Key(EVP_RSA_gen(4096U));
}

}  // namespace

PrivateKey new_key(KeyKind kind) {
    openssl::Key key = generated(kind);
    require(key != nullptr, "make a key");
    return PrivateKey(std::move(key));
}

CertificateChain self_signed(const PrivateKey& key, const std::vector<Domain>& names, std::int64_t now,
                             unsigned days) {
    openssl::Certificate certificate(::X509_new());
    require(certificate && ::X509_set_version(certificate.get(), X509_VERSION_3) == 1, "make a certificate");
    set_serial(certificate.get());
    set_times(certificate.get(), now, days);
    set_common_name(::X509_get_subject_name(certificate.get()), names);
    require(::X509_set_issuer_name(certificate.get(), ::X509_get_subject_name(certificate.get())) == 1,
            "name a certificate's issuer");
    require(::X509_set_pubkey(certificate.get(), key.get()) == 1, "set a certificate's key");
    add_extensions(certificate.get(), key, names);
    require(::X509_sign(certificate.get(), key.get(), ::EVP_sha256()) > 0, "sign a certificate");
    return CertificateChain(std::move(certificate));
}

std::string certificate_request(const PrivateKey& key, const std::vector<Domain>& names) {
    const openssl::Request request(::X509_REQ_new());
    require(request && ::X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1, "make a request");
    set_common_name(::X509_REQ_get_subject_name(request.get()), names);
    require(::X509_REQ_set_pubkey(request.get(), key.get()) == 1, "set a request's key");
    ask_for_names(request.get(), names);
    require(::X509_REQ_sign(request.get(), key.get(), ::EVP_sha256()) > 0, "sign a request");
    const openssl::Bio bio(::BIO_new(::BIO_s_mem()));
    require(bio && ::PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1, "write a request");
    return openssl::bytes_of(bio.get());
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/file_kind.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/openssl.hpp"

namespace mailstack {
namespace {

struct LabelKind {
    std::string_view label;  ///< what the label ends with
    std::string_view what;
    std::string_view for_certificates, for_key;  ///< what to do where these were wanted
};

constexpr std::string_view key_apart = "the private key is a file of its own, hand it over as that";
constexpr std::string_view key_of_certificate =
    "the private key is another file, the one that was made with the request";
constexpr std::string_view answer = "the certificate is what the authority answers to it";

/// The first that fits counts.
constexpr LabelKind label_kinds[] = {
    {"TRUSTED CERTIFICATE", "a certificate in OpenSSL's own form",
     "openssl x509 -in FILE -out NEW makes a plain one of it", key_of_certificate},
    {"CERTIFICATE REQUEST", "a request for a certificate", answer, key_of_certificate},
    {"CERTIFICATE", "a certificate", "", key_of_certificate},
    {"ENCRYPTED PRIVATE KEY", "a private key with a passphrase", key_apart, ""},
    {"OPENSSH PRIVATE KEY", "a key of ssh", key_apart, "a certificate's key is another one"},
    {"PGP PRIVATE KEY BLOCK", "a key of PGP", key_apart, "a certificate's key is another one"},
    {"PRIVATE KEY", "a private key", key_apart, ""},
    {"PUBLIC KEY", "a public key", "a certificate holds one, and the name that it is for",
     key_of_certificate},
    {"PKCS7", "PKCS #7", "openssl pkcs7 -print_certs -in FILE -out NEW makes PEM of it", key_of_certificate},
    {"CMS", "PKCS #7", "openssl pkcs7 -print_certs -in FILE -out NEW makes PEM of it", key_of_certificate},
    {"CRL", "a list of certificates that were revoked", "take it out", key_of_certificate},
    {"PARAMETERS", "parameters of a key", "take them out", "take them out"},
};

template <auto read, auto free>
bool is(std::string_view octets) {
    const auto* at = reinterpret_cast<const unsigned char*>(octets.data());
    auto* const object = read(nullptr, &at, static_cast<long>(octets.size()));
    const bool found = object != nullptr;
    free(object);
    return found;
}

std::string with_advice(std::string what, std::string_view advice) {
    return advice.empty() ? what : what.append("; ").append(advice);
}

std::string der_words(std::string_view octets, Expected expected) {
    const bool key = expected == Expected::Key;
    if (is<::d2i_X509, ::X509_free>(octets)) {
        return with_advice(
            "a certificate in DER",
            key ? key_of_certificate : "openssl x509 -inform der -in FILE -out NEW makes PEM of it");
    }
    if (is<::d2i_X509_REQ, ::X509_REQ_free>(octets)) {
        return with_advice("a request for a certificate, in DER", key ? key_of_certificate : answer);
    }
    if (is<::d2i_PKCS12, ::PKCS12_free>(octets)) {
        return with_advice("PKCS #12",
                           key ? "openssl pkcs12 -nocerts -nodes -in FILE -out NEW makes PEM of it"
                               : "openssl pkcs12 -nokeys -in FILE -out NEW makes PEM of it");
    }
    if (is<::d2i_PKCS7, ::PKCS7_free>(octets)) {
        return with_advice("PKCS #7 in DER", key ? key_of_certificate
                                                 : "openssl pkcs7 -print_certs -inform der -in FILE -out NEW "
                                                   "makes PEM of it");
    }
    if (is<::d2i_X509_SIG, ::X509_SIG_free>(octets)) {
        return with_advice(
            "a private key in DER, with a passphrase",
            key ? "openssl pkcs8 -inform der -in FILE -out NEW makes PEM of it, without one" : key_apart);
    }
    if (is<::d2i_AutoPrivateKey, ::EVP_PKEY_free>(octets)) {
        return with_advice("a private key in DER",
                           key ? "openssl pkey -inform der -in FILE -out NEW makes PEM of it" : key_apart);
    }
    return "";
}

}  // namespace

std::string block_words(std::string_view label, Expected expected) {
    const auto* const kind = std::find_if(std::begin(label_kinds), std::end(label_kinds),
                                          [&](const LabelKind& one) { return label.ends_with(one.label); });
    if (kind == std::end(label_kinds)) {
        return "a block that is called " + quoted(label);
    }
    return with_advice(std::string(kind->what),
                       expected == Expected::Key ? kind->for_key : kind->for_certificates);
}

std::string file_words(std::string_view octets, Expected expected) {
    constexpr char sequence = 0x30;
    if (octets.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return "it is empty";
    }
    const std::string words = octets.front() == sequence ? der_words(octets, expected) : "";
    ::ERR_clear_error();
    if (!words.empty()) {
        return "it is " + words;
    }
    const bool binary = octets.find('\0') != std::string_view::npos;
    return std::string(binary ? "it holds octets that are no text, and no certificate or key in DER either"
                              : "there is no line -----BEGIN ...----- in it") +
           ": what is wanted is PEM";
}

}  // namespace mailstack

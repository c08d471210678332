// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>

#include "engine/inspect.hpp"

namespace mailstack {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

File opened(const std::string& path, std::string& failure) {
    File file(std::fopen(path.c_str(), "re"), [](std::FILE* open) { return std::fclose(open); });
    if (!file) {
        failure = std::strerror(errno);
    }
    return file;
}

/// A key that needs a password is none that a daemon could use: nobody is asked for it.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*argument*/) {
    return -1;
}

std::string fingerprint_of(const X509* certificate) {
    constexpr char digits[] = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    std::string text;
    if (::X509_digest(certificate, ::EVP_sha256(), digest.data(), &size) == 1) {
        for (unsigned i = 0; i < size; ++i) {
            text += digits[digest[i] >> 4U];
            text += digits[digest[i] & 15U];
        }
    }
    return text;
}

std::string text_of(const ASN1_STRING* string) {
    return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(string)),
            static_cast<std::size_t>(::ASN1_STRING_length(string))};
}

std::vector<std::string> names_of(const X509* certificate) {
    std::vector<std::string> names;
    const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> all(
        static_cast<GENERAL_NAMES*>(::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        ::GENERAL_NAMES_free);
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type == GEN_DNS) {
            names.push_back(text_of(name->d.dNSName));
        }
    }
    if (!names.empty()) {
        return names;
    }
    const X509_NAME* const subject = ::X509_get_subject_name(certificate);
    const int at = ::X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at >= 0) {
        names.push_back(text_of(::X509_NAME_ENTRY_get_data(::X509_NAME_get_entry(subject, at))));
    }
    return names;
}

std::int64_t seconds_of(const ASN1_TIME* time) {
    std::tm broken_down{};
    return ::ASN1_TIME_to_tm(time, &broken_down) == 1 ? std::int64_t{::timegm(&broken_down)} : 0;
}

}  // namespace

CertificateFacts certificate_facts(const std::string& certificate_path, const std::string& key_path) {
    CertificateFacts facts;
    facts.certificate_path = certificate_path;
    facts.key_path = key_path;
    Certificate certificate(nullptr, ::X509_free);
    Key key(nullptr, ::EVP_PKEY_free);
    if (!certificate_path.empty()) {
        if (const File file = opened(certificate_path, facts.certificate_failure)) {
            certificate.reset(::PEM_read_X509(file.get(), nullptr, no_password, nullptr));
            facts.certificate_failure = certificate ? "" : "there is no certificate in PEM in it";
        }
    }
    if (!key_path.empty()) {
        if (const File file = opened(key_path, facts.key_failure)) {
            key.reset(::PEM_read_PrivateKey(file.get(), nullptr, no_password, nullptr));
            facts.key_failure =
                key ? "" : "there is no key in PEM in it that could be used without a password";
        }
    }
    if (certificate) {
        facts.fingerprint = fingerprint_of(certificate.get());
        facts.not_after = seconds_of(::X509_get0_notAfter(certificate.get()));
        facts.names = names_of(certificate.get());
    }
    if (certificate && key) {
        facts.key_matches = ::X509_check_private_key(certificate.get(), key.get()) == 1;
    }
    ::ERR_clear_error();
    return facts;
}

}  // namespace mailstack

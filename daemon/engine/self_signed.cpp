// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/self_signed.hpp"

#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/descriptor.hpp"
#include "base/error.hpp"

namespace mailstack {
namespace {

template <auto free>
struct Freed {
    template <typename Object>
    void operator()(Object* object) const {
        free(object);
    }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr int days_before = 1;
constexpr int days_after = 823;
constexpr std::size_t longest_common_name = 64;  // RFC 5280, ub-common-name

void require(bool done, const char* what) {
    if (!done) {
        const char* const reason = ::ERR_reason_error_string(::ERR_get_error());
        ::ERR_clear_error();
        throw Error(Code::Internal, std::string("OpenSSL cannot ") + what + ": " +
                                        (reason == nullptr ? "no reason given" : reason));
    }
}

void set_serial(X509* certificate) {
    // RFC 5280, 4.1.2.2: positive, at most 20 octets; and not to be guessed.
    constexpr int bits = 159;
    const Number number(::BN_new());
    require(number && ::BN_rand(number.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                ::BN_to_ASN1_INTEGER(number.get(), ::X509_get_serialNumber(certificate)) != nullptr,
            "make a serial number");
}

void set_times(X509* certificate) {
    constexpr long a_day = 24L * 60 * 60;
    require(::X509_gmtime_adj(::X509_getm_notBefore(certificate), -days_before * a_day) != nullptr &&
                ::X509_gmtime_adj(::X509_getm_notAfter(certificate), days_after * a_day) != nullptr,
            "set the dates of a certificate");
}

bool has_subject(const std::vector<Domain>& names) {
    return names.at(0).text().size() <= longest_common_name;
}

void set_subject(X509* certificate, const std::vector<Domain>& names) {
    X509_NAME* const subject = ::X509_get_subject_name(certificate);
    if (has_subject(names)) {
        const auto& name = names[0].text();
        require(::X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC,
                                             reinterpret_cast<const unsigned char*>(name.data()),
                                             static_cast<int>(name.size()), -1, 0) == 1,
                "name a certificate");
    }
    require(::X509_set_issuer_name(certificate, subject) == 1, "name a certificate's issuer");
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    require(extension && ::X509_add_ext(certificate, extension.get(), -1) == 1, "extend a certificate");
}

void add_extensions(X509* certificate, const std::vector<Domain>& names) {
    // RFC 5280, 4.2.1.6: without a subject the alternative names are critical.
    std::string alternatives = has_subject(names) ? "" : "critical";
    for (const Domain& name : names) {
        alternatives += (alternatives.empty() ? "DNS:" : ",DNS:") + name.text();
    }
    add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate, NID_key_usage, "critical,digitalSignature");
    add_extension(certificate, NID_ext_key_usage, "serverAuth,clientAuth");
    add_extension(certificate, NID_subject_alt_name, alternatives);
    add_extension(certificate, NID_subject_key_identifier, "hash");
}

/// What was written into memory; OpenSSL wipes its own copy when it frees it.
std::string bytes_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(std::max(size, 0L))};
}

std::shared_ptr<const ProvidedFile> key_file(EVP_PKEY* key, const std::string& path) {
    const Bio bio(::BIO_new(::BIO_s_mem()));
    require(bio && ::PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
            "write a key");
    return std::make_shared<const ProvidedFile>(path, bytes_of(bio.get()), 0600);
}

std::shared_ptr<const ProvidedFile> certificate_file(X509* certificate, const std::string& path) {
    const Bio bio(::BIO_new(::BIO_s_mem()));
    require(bio && ::PEM_write_bio_X509(bio.get(), certificate) == 1, "write a certificate");
    return std::make_shared<const ProvidedFile>(path, bytes_of(bio.get()), 0644);
}

/// The file for reading, or nothing. What could make us wait (a pipe) is none.
Bio opened(const std::string& path) {
    constexpr off_t largest = off_t{1} << 20U;
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > largest) {
        return nullptr;
    }
    const int number = ::fcntl(file.get(), F_DUPFD_CLOEXEC, 0);
    return Bio(number < 0 ? nullptr : ::BIO_new_fd(number, BIO_CLOSE));
}

Certificate certificate_in(const std::string& path) {
    const Bio bio = opened(path);
    Certificate certificate(bio ? ::PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    ::ERR_clear_error();
    return certificate;
}

/// OpenSSL would else ask for a passphrase on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
    return -1;
}

}  // namespace

ProvidedFiles self_signed(const std::vector<Domain>& names, const std::string& certificate_path,
                          const std::string& key_path) {
    const Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "make a key");
    const Certificate certificate(::X509_new());
    require(certificate && ::X509_set_version(certificate.get(), X509_VERSION_3) == 1, "make a certificate");
    set_serial(certificate.get());
    set_times(certificate.get());
    set_subject(certificate.get(), names);
    require(::X509_set_pubkey(certificate.get(), key.get()) == 1, "set a certificate's key");
    add_extensions(certificate.get(), names);
    require(::X509_sign(certificate.get(), key.get(), ::EVP_sha256()) > 0, "sign a certificate");
    return {key_file(key.get(), key_path), certificate_file(certificate.get(), certificate_path)};
}

bool belong_together(const std::string& certificate_path, const std::string& key_path) {
    const Certificate certificate = certificate_in(certificate_path);
    const Bio bio = opened(key_path);
    const Key key(bio ? ::PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
    const bool match = certificate && key && ::X509_check_private_key(certificate.get(), key.get()) == 1;
    ::ERR_clear_error();
    return match;
}

bool is_for(const std::string& certificate_path, const std::vector<Domain>& names) {
    const Certificate certificate = certificate_in(certificate_path);
    const bool all = certificate && std::all_of(names.begin(), names.end(), [&](const Domain& name) {
                         return ::X509_check_host(certificate.get(), name.text().data(), name.text().size(),
                                                  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1;
                     });
    ::ERR_clear_error();
    return all;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/certificate_words.hpp"
#include "model/file_kind.hpp"
#include "model/pem.hpp"

namespace mailstack {
namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw Error(Code::BadCertificate, why);
}

std::string where(const PemBlock& block) {
    return "the certificates, line " + std::to_string(block.line) + ": ";
}

void require_certificate(const PemBlock& block) {
    const bool is_certificate = block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE";
    if (block.fault != PemFault::None && (is_certificate || block.label.empty())) {
        refuse("the certificates, " + fault_words(block));
    }
    if (!is_certificate || block.encrypted) {
        refuse(where(block) + "here is " + block_words(block.label, Expected::Certificates));
    }
}

openssl::Certificate read_certificate(const PemBlock& block) {
    const std::string der = octets_of(block);
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const auto* const end = at + der.size();
    openssl::Certificate certificate(::d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    const std::string reason = openssl::last_reason();
    if (!certificate || at != end) {
        refuse(where(block) + "the certificate is damaged: what the block holds is none" +
               (reason.empty() ? "" : " (" + reason + ")"));
    }
    return certificate;
}

bool is_self_signed(X509* certificate) {
    EVP_PKEY* const key = ::X509_get0_pubkey(certificate);
    const bool is =
        key != nullptr &&
        ::X509_NAME_cmp(::X509_get_subject_name(certificate), ::X509_get_issuer_name(certificate)) == 0 &&
        ::X509_verify(certificate, key) == 1;
    ::ERR_clear_error();
    return is;
}

std::int64_t date_of(const ASN1_TIME* time, const std::string& subject) {
    const auto seconds = seconds_of(time);
    if (!seconds) {
        refuse("the certificate of " + quoted(subject) + " is damaged: one of its dates is none");
    }
    return *seconds;
}

CertificateDetails details_of(X509* certificate) {
    CertificateDetails details;
    details.subject = name_words(::X509_get_subject_name(certificate));
    details.issuer = name_words(::X509_get_issuer_name(certificate));
    // OpenSSL reads the extensions here; with a damaged one, or one that comes twice, it trusts no
    // certificate.
    if ((::X509_get_extension_flags(certificate) & EXFLAG_INVALID) != 0) {
        ::ERR_clear_error();
        refuse("the certificate of " + quoted(details.subject) +
               " is damaged: one of its extensions cannot be read, or comes twice");
    }
    details.not_before = date_of(::X509_get0_notBefore(certificate), details.subject);
    details.not_after = date_of(::X509_get0_notAfter(certificate), details.subject);
    details.names = host_names_of(certificate);
    details.fingerprint = fingerprint_of(certificate);
    details.public_fingerprint = public_fingerprint_of(certificate);
    details.self_signed = is_self_signed(certificate);
    ::ERR_clear_error();
    return details;
}

}  // namespace

CertificateChain CertificateChain::parse(std::string_view pem) {
    if (pem.size() > longest) {
        throw Error(Code::LimitExceeded, "the certificates have " + std::to_string(pem.size()) +
                                             " octets, a chain's file has 65536 at most");
    }
    const std::vector<PemBlock> blocks = pem_blocks(pem);
    if (blocks.empty()) {
        refuse("there is no certificate: " + file_words(pem, Expected::Certificates));
    }
    CertificateChain chain;
    for (const PemBlock& block : blocks) {
        require_certificate(block);
        if (chain.size() == most) {
            throw Error(Code::LimitExceeded, where(block) + "here is certificate 11, a chain has 10 at most");
        }
        chain.add(read_certificate(block));
    }
    return chain;
}

CertificateChain::CertificateChain(openssl::Certificate only) {
    openssl::require(only != nullptr, "make a certificate");
    add(std::move(only));
}

void CertificateChain::add(openssl::Certificate certificate) {
    details_.push_back(details_of(certificate.get()));
    certificates_.emplace_back(std::move(certificate));
}

std::string CertificateChain::pem() const {
    const openssl::Bio bio(::BIO_new(::BIO_s_mem()));
    openssl::require(bio != nullptr, "take memory");
    for (const auto& certificate : certificates_) {
        openssl::require(::PEM_write_bio_X509(bio.get(), certificate.get()) == 1, "write a certificate");
    }
    return openssl::bytes_of(bio.get());
}

bool covers(std::string_view pattern, std::string_view name) {
    if (fold_case(pattern) == fold_case(name)) {
        return true;
    }
    const auto dot = name.find('.');
    return pattern.starts_with("*.") && dot != std::string_view::npos &&
           fold_case(pattern.substr(1)) == fold_case(name.substr(dot));
}

}  // namespace mailstack

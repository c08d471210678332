// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/certificate_facts.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/openssl.hpp"
#include "engine/wiped_text.hpp"

namespace mailstack {
namespace {

WipedText contents(const std::string& path, std::string& failure) {
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    std::string bytes = error ? "" : read_if_regular(real);
    if (error) {
        failure = error.message();
    } else if (bytes.empty()) {
        failure = "it is empty, or too large, or no file";
    }
    return WipedText(std::move(bytes));
}

openssl::Bio reader_of(const WipedText& text) {
    return openssl::Bio(::BIO_new_mem_buf(text.octets().data(), static_cast<int>(text.octets().size())));
}

/// The model's words for what sendmail could not read either.
template <typename Value>
std::string why_not(const WipedText& text, const char* otherwise) {
    try {
        static_cast<void>(Value::parse(text.octets()));
        return otherwise;
    } catch (const Error& error) {
        return error.what();
    }
}

openssl::Certificate read_certificate(CertificateFacts& facts) {
    const WipedText text = contents(facts.paths.certificate, facts.certificate_failure);
    openssl::Certificate certificate(
        ::PEM_read_bio_X509(reader_of(text).get(), nullptr, openssl::no_passphrase, nullptr));
    facts.made_here = text.octets().starts_with(made_here);
    if (!certificate && facts.certificate_failure.empty()) {
        facts.certificate_failure = why_not<CertificateChain>(text, "there is no certificate in PEM in it");
    }
    return certificate;
}

openssl::Key read_key(CertificateFacts& facts) {
    const WipedText text = contents(facts.paths.key, facts.key_failure);
    openssl::Key key(
        ::PEM_read_bio_PrivateKey(reader_of(text).get(), nullptr, openssl::no_passphrase, nullptr));
    if (!key && facts.key_failure.empty()) {
        facts.key_failure = why_not<PrivateKey>(text, "there is no key in PEM in it that could be used");
    }
    return key;
}

}  // namespace

bool CertificateFacts::usable() const noexcept {
    return certificate.has_value() && key_failure.empty() && key_matches;
}

CertificateFacts certificate_facts(const PairPaths& paths) {
    CertificateFacts facts;
    facts.paths = paths;
    const openssl::Key key = paths.key.empty() ? nullptr : read_key(facts);
    openssl::Certificate certificate = paths.certificate.empty() ? nullptr : read_certificate(facts);
    if (certificate && key) {
        facts.key_matches = ::X509_check_private_key(certificate.get(), key.get()) == 1;
    }
    if (certificate) {
        try {
            facts.certificate = CertificateChain(std::move(certificate)).leaf();
        } catch (const Error& error) {
            facts.certificate_failure = error.what();
        }
    }
    ::ERR_clear_error();
    return facts;
}

bool is_for(const CertificateDetails& certificate, const std::vector<Domain>& names) {
    return std::all_of(names.begin(), names.end(), [&](const Domain& name) {
        return std::any_of(certificate.names.begin(), certificate.names.end(),
                           [&](const std::string& pattern) { return covers(pattern, name.text()); });
    });
}

}  // namespace mailstack

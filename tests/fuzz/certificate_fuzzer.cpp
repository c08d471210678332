// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// libFuzzer target: any octets as a file of certificates and as a private key, as PEM and, so that ASN.1 is
/// reached without base64 in the way, as what a PEM block holds. Either an Error or a value: then printing
/// and parsing again gives the same, and each question about it is answered or refused. Built with the
/// address and undefined-behaviour sanitizers.
#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "model/certificate.hpp"
#include "model/pem.hpp"

using namespace mailstack;

namespace {

constexpr std::int64_t now = 1800000000;

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "certificate_fuzzer: does not hold: %s\n", what);
        std::abort();
    }
}

/// What `act` gives; nothing where it refuses.
template <typename Act>
auto attempt(const Act& act) -> std::optional<decltype(act())> {
    try {
        return act();
    } catch (const Error& error) {
        require(error.code() != Code::Internal, error.what());
        require(*error.what() != '\0', "a refusal has words");
        return std::nullopt;
    }
}

bool same(const CertificateDetails& one, const CertificateDetails& other) {
    return one.subject == other.subject && one.issuer == other.issuer && one.not_before == other.not_before &&
           one.not_after == other.not_after && one.names == other.names &&
           one.fingerprint == other.fingerprint && one.public_fingerprint == other.public_fingerprint &&
           one.self_signed == other.self_signed;
}

const PrivateKey& some_key() {
    static const PrivateKey key(openssl::Key(EVP_EC_gen("P-256")));
    return key;
}

template <typename Ask>
void ask(const Ask& question) {
    attempt([&] {
        question();
        return true;
    });
}

void try_chain(const std::string& text) {
    const auto chain = attempt([&] { return CertificateChain::parse(text); });
    if (!chain) {
        return;
    }
    const auto again = attempt([&] { return CertificateChain::parse(chain->pem()); });
    require(again && again->size() == chain->size() && again->pem() == chain->pem(), "parse(print(x)) == x");
    for (std::size_t place = 0; place < chain->size(); ++place) {
        require(same(chain->details()[place], again->details()[place]), "details stay the same");
        for (const std::string& name : chain->details()[place].names) {
            require(name.find('\0') == std::string::npos, "no NUL is in a name");
        }
    }
    ask([&] { require_key(*chain, some_key()); });
    ask([&] { require_dates(*chain, now); });
    ask([&] { require_strength(*chain); });
    ask([&] { require_purpose(*chain); });
    ask([&] { require_name(*chain, {"mail.example.org"}); });
    ask([&] { require_order(*chain, [](const X509* /*last*/) { return false; }); });
    ask([&] { require_order(*chain, [](const X509* /*last*/) { return true; }); });
}

void try_key(const std::string& text) {
    const auto key = attempt([&] { return PrivateKey::parse(text); });
    if (!key) {
        return;
    }
    const auto again = attempt([&] { return PrivateKey::parse(key->pem()); });
    require(again && again->pem() == key->pem() && again->words() == key->words() &&
                again->public_fingerprint() == key->public_fingerprint(),
            "parse(print(x)) == x");
    static const CertificateChain chain = [] {
        openssl::Certificate certificate(::X509_new());
        require(::X509_set_pubkey(certificate.get(), some_key().get()) == 1 &&
                    ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), 0) != nullptr &&
                    ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), 1) != nullptr &&
                    ::X509_sign(certificate.get(), some_key().get(), ::EVP_sha256()) > 0,
                "OpenSSL makes a certificate");
        return CertificateChain(std::move(certificate));
    }();
    ask([&] { require_key(chain, *key); });
    // And the way that signs: a certificate for this very key.
    openssl::Certificate own(::X509_dup(chain.at(0)));
    require(::X509_set_pubkey(own.get(), key->get()) == 1, "OpenSSL sets a public key");
    ask([&] { require_key(CertificateChain(std::move(own)), *key); });
}

std::string block(const std::string& label, const std::string& octets) {
    std::string base64(octets.size() / 3 * 4 + 5, '\0');
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                                       reinterpret_cast<const unsigned char*>(octets.data()),
                                       static_cast<int>(octets.size()));
    base64.resize(static_cast<std::size_t>(size));
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
    const std::string text(octets, octets + size);
    for (const PemBlock& one : pem_blocks(text)) {
        require((one.fault == PemFault::None) == !octets_of(one).empty(),
                "a block is damaged or holds something");
        require((one.fault == PemFault::None) == (one.fault_line == 0), "a fault has a line");
    }
    try_chain(text);
    try_key(text);
    if (size > 0) {
        try_chain(block("CERTIFICATE", text));
        try_key(block("PRIVATE KEY", text));
        try_key(block("RSA PRIVATE KEY", text));
        try_key(block("EC PRIVATE KEY", text));
    }
    return 0;
}

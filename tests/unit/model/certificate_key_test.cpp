// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Private keys, as people hand them over.
#include <doctest/doctest.h>
#include <openssl/core_names.h>
#include <openssl/dsa.h>
#include <openssl/rsa.h>

#include <chrono>
#include <string>

#include "certificate_maker.hpp"
#include "model/certificate.hpp"
#include "refusal.hpp"

using namespace mailstack;
using namespace std::string_literals;
using test::check_refusal;

namespace {

const maker::Key& some_key() {
    static const maker::Key key = maker::ecdsa();
    return key;
}

void refuses(Code code, const std::string& pem, std::initializer_list<std::string_view> words) {
    check_refusal(code, words, [&] { PrivateKey::parse(pem); });
}

std::string block(const std::string& label, const std::string& octets) {
    std::string base64(octets.size() * 2 + 4, '\0');
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                                       reinterpret_cast<const unsigned char*>(octets.data()),
                                       static_cast<int>(octets.size()));
    base64.resize(static_cast<std::size_t>(size));
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
}

BIGNUM* number(std::size_t bits) {
    BIGNUM* const made = ::BN_new();
    maker::must(::BN_set_bit(made, static_cast<int>(bits) - 1) == 1 && ::BN_set_bit(made, 0) == 1);
    return made;
}

/// DER of PKCS #1's RSAPrivateKey, with numbers of any length.
std::string rsa_der(std::size_t modulus_bits, std::size_t other_bits) {
    const auto integer = [](std::size_t bits) {
        const openssl::Number value(number(bits));
        ASN1_INTEGER* const whole = ::BN_to_ASN1_INTEGER(value.get(), nullptr);
        unsigned char* octets = nullptr;
        const int size = ::i2d_ASN1_INTEGER(whole, &octets);
        const std::string text(reinterpret_cast<char*>(octets), static_cast<std::size_t>(size));
        ::OPENSSL_free(octets);
        ::ASN1_INTEGER_free(whole);
        return text;
    };
    std::string numbers("\x02\x01\x00", 3);
    numbers += integer(modulus_bits) + std::string("\x02\x03\x01\x00\x01", 5);
    for (int i = 0; i < 6; ++i) {
        numbers += integer(other_bits);
    }
    std::string head = "\x30\x83"s;
    for (const unsigned shift : {16U, 8U, 0U}) {
        head += static_cast<char>(numbers.size() >> shift & 0xffU);
    }
    return head + numbers;
}

}  // namespace

TEST_CASE("keys in each of the three forms are taken") {
    const auto rsa = maker::rsa(2048);
    for (const auto& pem : {maker::pem(rsa), maker::traditional_pem(rsa)}) {
        CHECK(PrivateKey::parse(pem).words() == "RSA, 2048 bits");
        CHECK(PrivateKey::parse(pem).pem() == maker::pem(rsa));
    }
    for (const auto& [curve, words] :
         {std::pair{"P-256", "ECDSA on P-256"}, {"P-384", "ECDSA on P-384"}, {"P-521", "ECDSA on P-521"}}) {
        const auto key = maker::ecdsa(curve);
        CHECK(PrivateKey::parse(maker::pem(key)).words() == words);
        CHECK(PrivateKey::parse(maker::traditional_pem(key)).words() == words);
        CHECK(PrivateKey::parse(maker::pem(key)).public_fingerprint() ==
              CertificateChain::parse(maker::leaf({.key = key}).pem()).leaf().public_fingerprint);
    }
}

TEST_CASE("what stands around the key's block is passed over") {
    const std::string pem = maker::traditional_pem(some_key());
    const std::string parameters = block("EC PARAMETERS", "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"s);
    CHECK(PrivateKey::parse(parameters + pem).pem() == maker::pem(some_key()));
    CHECK(PrivateKey::parse(pem + parameters).pem() == maker::pem(some_key()));
    CHECK(PrivateKey::parse("Key of mail\n\n" + pem + "\0\xff"s).pem() == maker::pem(some_key()));
    std::string dos;
    for (const char c : pem) {
        dos += c == '\n' ? "\r\n"s : std::string(1, c);
    }
    CHECK(PrivateKey::parse(dos).pem() == maker::pem(some_key()));
}

TEST_CASE("what is no key, or none that sendmail could read, is refused with its own words") {
    const std::string pem = maker::pem(some_key());
    refuses(Code::BadKey, "", {"there is no key", "it is empty"});
    refuses(Code::BadKey, "\r\n \n", {"it is empty"});
    refuses(Code::BadKey, "hello\n", {"there is no line -----BEGIN", "PEM"});
    refuses(Code::BadKey, "\0\1\2\3"s, {"octets that are no text"});
    refuses(Code::BadKey, maker::der(some_key()), {"a private key in DER", "openssl pkey -inform der"});
    refuses(Code::BadKey, maker::leaf().der(), {"a certificate in DER", "made with the request"});
    refuses(Code::BadKey, maker::leaf().pem(), {"line 1", "here is a certificate;", "made with the request"});
    refuses(Code::BadKey, "x\n" + maker::request_pem(some_key()), {"line 2", "a request for a certificate"});
    refuses(Code::BadKey, pem + maker::leaf().pem(), {"line 6", "here is a certificate;"});
    refuses(Code::BadKey, pem + "\n" + maker::pem(maker::ecdsa()),
            {"line 7", "here is a second key", "the first is in line 1"});
    refuses(Code::BadKey, maker::pem(some_key(), "secret"), {"line 1", "passphrase", "openssl pkey -in"});
    refuses(Code::BadKey, maker::traditional_pem(some_key(), "secret"),
            {"line 1", "passphrase", "openssl pkey -in"});
    refuses(Code::BadKey, block("OPENSSH PRIVATE KEY", "openssh-key-v1"), {"a key of ssh"});
    refuses(Code::BadKey, block("PUBLIC KEY", "0"), {"a public key"});
    refuses(Code::BadKey, block("NUTS", "0"), {"a block that is called 'NUTS'"});
    refuses(Code::BadKey, block("EC PARAMETERS", "0"), {"there is no key"});
}

TEST_CASE("a key that is cut or damaged is told from one that is none") {
    const std::string pem = maker::pem(some_key());
    refuses(Code::BadKey, pem.substr(0, pem.size() - 30),
            {"line 4", "cut off", "-----END PRIVATE KEY----- is missing"});
    refuses(Code::BadKey, pem.substr(30), {"-----END PRIVATE KEY----- without its -----BEGIN"});
    refuses(Code::BadKey, pem.substr(1), {"line 1", "damaged -----BEGIN or -----END line"});
    refuses(Code::BadKey, block("PRIVATE KEY", "nonsense"), {"line 1", "the key is damaged"});
    refuses(Code::BadKey, block("RSA PRIVATE KEY", "0"), {"the key is damaged"});
    refuses(Code::BadKey, block("PRIVATE KEY", maker::der(some_key()) + "x"), {"the key is damaged"});
    refuses(Code::BadKey, "-----BEGIN EC PRIVATE KEY-----\n!\n-----END EC PRIVATE KEY-----\n",
            {"line 2", "no base64"});
}

TEST_CASE("keys with which TLS would not serve are refused") {
    refuses(Code::WeakKey, maker::pem(maker::rsa(1024)), {"RSA, 1024 bits", "2048 bits or more"});
    refuses(Code::WeakKey, maker::traditional_pem(maker::rsa(2047)), {"RSA, 2047 bits"});
    refuses(Code::Unsupported, maker::pem(maker::ed25519()), {"ED25519", "P-256"});
    refuses(Code::Unsupported, maker::pem(maker::ecdsa("secp256k1")), {"ECDSA on secp256k1", "P-256"});
    refuses(Code::Unsupported, maker::pem(maker::ecdsa("brainpoolP256r1")), {"brainpoolP256r1"});
    refuses(Code::LimitExceeded, block("RSA PRIVATE KEY", rsa_der(8193, 4000)), {"RSA, 8193 bits", "8192"});
    refuses(Code::LimitExceeded, std::string(PrivateKey::longest + 1, '\n'), {"65537 octets", "65536"});
    CHECK_THROWS_WITH_AS(PrivateKey::parse(std::string(PrivateKey::longest, '\n')),
                         "there is no key: it is empty", Error);
}

TEST_CASE("a DSA key is refused") {
    const std::unique_ptr<EVP_PKEY_CTX, openssl::Freed<EVP_PKEY_CTX_free>> context(
        ::EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
    EVP_PKEY* parameters = nullptr;
    EVP_PKEY* key = nullptr;
    maker::must(::EVP_PKEY_paramgen_init(context.get()) == 1 &&
                ::EVP_PKEY_CTX_set_dsa_paramgen_bits(context.get(), 1024) == 1 &&
                ::EVP_PKEY_paramgen(context.get(), &parameters) == 1);
    const maker::Key owner(parameters, ::EVP_PKEY_free);
    const std::unique_ptr<EVP_PKEY_CTX, openssl::Freed<EVP_PKEY_CTX_free>> making(
        ::EVP_PKEY_CTX_new(parameters, nullptr));
    maker::must(::EVP_PKEY_keygen_init(making.get()) == 1 && ::EVP_PKEY_keygen(making.get(), &key) == 1);
    const maker::Key dsa(key, ::EVP_PKEY_free);
    refuses(Code::Unsupported, maker::pem(dsa), {"DSA, 1024 bits", "P-256"});
    refuses(Code::Unsupported, maker::traditional_pem(dsa), {"DSA, 1024 bits"});
}

TEST_CASE("a curve that is spelt out is refused, although it is P-256") {
    const auto key = maker::ecdsa();
    maker::must(::EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING,
                                                 OSSL_PKEY_EC_ENCODING_EXPLICIT) == 1);
    refuses(Code::Unsupported, maker::pem(key), {"spells out its curve"});
}

TEST_CASE("a key with overlong numbers does not keep anybody computing") {
    const auto start = std::chrono::steady_clock::now();
    refuses(Code::BadKey, block("RSA PRIVATE KEY", rsa_der(2048, 60000)), {"one of its numbers is longer"});
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/certificate.hpp"

#include <doctest/doctest.h>

#include <string>

#include "certificate_maker.hpp"
#include "refusal.hpp"

using namespace mailstack;
using namespace std::string_literals;
using test::check_refusal;

namespace {

constexpr std::int64_t noon = 1800000000;  // 2027-01-15 08:00:00 UTC
const std::vector<std::string> own_names{"mail.example.org", "example.org"};

const maker::Certified& root() {
    static const auto made = maker::root();
    return made;
}
const maker::Certified& between() {
    static const auto made = maker::authority({.common = "Test Intermediate"}, &root());
    return made;
}
const maker::Certified& leaf() {
    static const auto made = maker::leaf({}, &between());
    return made;
}

bool nobody(const X509* /*certificate*/) {
    return false;
}
/// The machine trusts the test's root.
bool trusts_root(const X509* certificate) {
    return ::X509_verify(const_cast<X509*>(certificate), root().key.get()) == 1;
}

void parse_refused(Code code, const std::string& pem, std::initializer_list<std::string_view> words) {
    check_refusal(code, words, [&] { CertificateChain::parse(pem); });
}

/// The whole look, as for an installation.
void refused(Code code, const std::string& chain, const maker::Key& key,
             std::initializer_list<std::string_view> words) {
    check_refusal(code, words, [&] {
        require_serviceable(CertificateChain::parse(chain), PrivateKey::parse(maker::pem(key)), own_names,
                            noon, trusts_root);
    });
}

void serves(const std::string& chain, const maker::Key& key) {
    CHECK_NOTHROW(require_serviceable(CertificateChain::parse(chain), PrivateKey::parse(maker::pem(key)),
                                      own_names, noon, trusts_root));
}

}  // namespace

TEST_CASE("a chain tells what its certificates say") {
    const auto made = maker::leaf({.common = "Mail.Example.org",
                                   .names = {"Mail.Example.org", "*.example.net", "xn--bcher-kva.example"}},
                                  &root());
    const auto chain = CertificateChain::parse(made.pem() + root().pem());
    REQUIRE(chain.size() == 2);
    CHECK(chain.leaf().subject == "CN=Mail.Example.org");
    CHECK(chain.leaf().issuer == "CN=Test Root");
    CHECK(chain.leaf().not_before == 1577934245);
    CHECK(chain.leaf().not_after == 2209086245);
    CHECK(chain.leaf().names ==
          std::vector<std::string>{"mail.example.org", "*.example.net", "xn--bcher-kva.example"});
    CHECK(chain.leaf().fingerprint.size() == 64);
    CHECK(chain.leaf().public_fingerprint == PrivateKey::parse(made.key_pem()).public_fingerprint());
    CHECK(!chain.leaf().self_signed);
    CHECK(chain.details()[1].self_signed);
    CHECK(chain.pem() == made.pem() + root().pem());
    CHECK(::X509_cmp(chain.at(0), made.certificate.get()) == 0);
}

TEST_CASE("whole chains serve, with the root and without, and a self-signed certificate alone") {
    serves(leaf().pem() + between().pem() + root().pem(), leaf().key);
    serves(leaf().pem() + between().pem(), leaf().key);
    const auto direct = maker::leaf({}, &root());
    serves(direct.pem(), direct.key);
    const auto own =
        maker::leaf({.usage = "critical,digitalSignature", .extended_usage = "serverAuth,clientAuth"});
    serves(own.pem(), own.key);
    const auto no_common = maker::leaf({.common = ""});
    serves(no_common.pem(), no_common.key);
    const auto rsa = maker::leaf({.key = maker::rsa(2048)});
    serves(rsa.pem(), rsa.key);
    const auto wildcard = maker::leaf({.common = "x", .names = {"*.example.org"}});
    serves(wildcard.pem(), wildcard.key);
    const auto common_only = maker::leaf({.names = {}});
    serves(common_only.pem(), common_only.key);
}

TEST_CASE("what stands between the blocks is dropped, whatever ends the lines") {
    std::string dos;
    for (const char c : "subject=CN = x\n" + leaf().pem() + "\nissuer=\xff\n" + between().pem()) {
        dos += c == '\n' ? "\r\n"s : std::string(1, c);
    }
    CHECK(CertificateChain::parse(dos).pem() == leaf().pem() + between().pem());
}

TEST_CASE("what is no chain of certificates is refused with its own words") {
    const auto key = leaf().key_pem();
    parse_refused(Code::BadCertificate, "", {"there is no certificate", "it is empty"});
    parse_refused(Code::BadCertificate, "hello\n", {"there is no line -----BEGIN"});
    parse_refused(Code::BadCertificate, "\x30\x82\0\1\xff"s + std::string(1000, '\0'),
                  {"octets that are no text"});
    parse_refused(Code::BadCertificate, leaf().der(), {"a certificate in DER", "openssl x509 -inform der"});
    parse_refused(Code::BadCertificate, maker::der(leaf().key), {"a private key in DER"});
    parse_refused(Code::BadCertificate, key, {"line 1", "here is a private key"});
    parse_refused(Code::BadCertificate, maker::request_pem(leaf().key),
                  {"a request", "what the authority answers"});
    std::size_t lines = 0;
    for (const char c : leaf().pem()) {
        lines += c == '\n' ? 1 : 0;
    }
    parse_refused(Code::BadCertificate, leaf().pem() + key,
                  {"line " + std::to_string(lines + 1) + ":", "here is a private key"});
    parse_refused(Code::BadCertificate, "-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n",
                  {"PKCS #7", "-print_certs"});
    parse_refused(Code::BadCertificate,
                  "-----BEGIN TRUSTED CERTIFICATE-----\nMAA=\n-----END TRUSTED CERTIFICATE-----\n",
                  {"OpenSSL's own form", "openssl x509 -in"});
}

TEST_CASE("a certificate that is cut or damaged is told from one that is none") {
    const std::string pem = leaf().pem();
    parse_refused(Code::BadCertificate, pem.substr(0, pem.size() / 2),
                  {"cut off", "-----END CERTIFICATE----- is missing"});
    parse_refused(Code::BadCertificate, pem.substr(100),
                  {"-----END CERTIFICATE----- without its -----BEGIN"});
    std::string lost = pem;
    lost.erase(100, 1);
    parse_refused(Code::BadCertificate, lost, {"characters are missing"});
    std::string odd = pem;
    odd[200] = '*';
    parse_refused(Code::BadCertificate, odd, {"line 4", "no base64"});
    lost = pem;
    lost.erase(100, 4);
    parse_refused(Code::BadCertificate, lost, {"line 1", "the certificate is damaged"});
    parse_refused(Code::BadCertificate, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
                  {"the certificate is damaged"});
}

TEST_CASE("ten certificates and 64 KiB are taken, no more") {
    std::string chain;
    for (int i = 0; i < 10; ++i) {
        chain += leaf().pem();
    }
    CHECK(CertificateChain::parse(chain).size() == 10);
    parse_refused(Code::LimitExceeded, chain + leaf().pem(), {"certificate 11", "10 at most"});
    const std::string padding(CertificateChain::longest - leaf().pem().size(), '\n');
    CHECK(CertificateChain::parse(leaf().pem() + padding).size() == 1);
    parse_refused(Code::LimitExceeded, leaf().pem() + padding + "\n", {"65537 octets", "65536"});
}

TEST_CASE("another's key is refused, and a damaged one") {
    refused(Code::KeyMismatch, leaf().pem() + between().pem(), maker::ecdsa(),
            {"the key (ECDSA on P-256) is not that of the certificate of 'CN=mail.example.org' (1 of 2) "
             "(ECDSA on P-256)"});
    refused(Code::KeyMismatch, leaf().pem() + between().pem(), maker::rsa(2048),
            {"the key (RSA, 2048 bits)"});
    // SEC 1: the private half is the octet string that comes first, the public one stands at the end.
    std::string der = maker::der(leaf().key);
    der[20] = static_cast<char>(der[20] ^ 1);
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const maker::Key damaged(::d2i_PrivateKey(EVP_PKEY_EC, nullptr, &at, static_cast<long>(der.size())),
                             ::EVP_PKEY_free);
    REQUIRE(damaged);
    refused(Code::KeyMismatch, leaf().pem() + between().pem(), damaged,
            {"the key is damaged", "what its private half signs does not fit", "'CN=mail.example.org'"});
}

TEST_CASE("an RSA key whose private half is damaged is refused") {
    const auto right = maker::rsa(2048);
    std::string der = maker::der(right);
    for (std::size_t at = 600; at < der.size(); at += 40) {  // in all of its private numbers
        der[at] = static_cast<char>(der[at] ^ 0x10);
    }
    der[400] = static_cast<char>(der[400] ^ 0x10);
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const maker::Key damaged(::d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())),
                             ::EVP_PKEY_free);
    REQUIRE(damaged);
    refused(Code::KeyMismatch, maker::leaf({.key = right}).pem(), damaged,
            {"what its private half signs does not fit"});
}

TEST_CASE("each certificate must be valid now") {
    const auto expired = maker::leaf({.until = "20261231235959Z"}, &between());
    refused(Code::CertExpired, expired.pem() + between().pem(), expired.key,
            {"'CN=mail.example.org' (1 of 2) expired on 2026-12-31 23:59:59 UTC",
             "valid from 2020-01-02 03:04:05 UTC to 2026-12-31 23:59:59 UTC"});
    const auto later = maker::leaf({.from = "20270201000000Z"});
    refused(Code::CertNotYetValid, later.pem(), later.key,
            {"'CN=mail.example.org' is not valid before 2027-02-01 00:00:00 UTC",
             "to 2040-01-02 03:04:05 UTC", "it is 2027-01-15 08:00:00 UTC now", "clock"});
    const auto old = maker::authority({.common = "Old", .until = "20210101000000Z"}, &root());
    const auto by_old = maker::leaf({}, &old);
    refused(Code::CertExpired, by_old.pem() + old.pem(), by_old.key,
            {"'CN=Old' (2 of 2) expired on 2021-01-01"});
    const auto at_the_end = maker::leaf({.until = "20270115080000Z"});
    refused(Code::CertExpired, at_the_end.pem(), at_the_end.key, {"expired on 2027-01-15 08:00:00 UTC"});
    const auto at_the_beginning = maker::leaf({.from = "20270115080000Z"});
    serves(at_the_beginning.pem(), at_the_beginning.key);
}

TEST_CASE("the certificate must be for one of the machine's names") {
    const auto other =
        maker::leaf({.common = "www.example.com", .names = {"www.example.com", "*.b.example.org"}});
    refused(Code::NameMismatch, other.pem(), other.key,
            {"is for www.example.com, *.b.example.org", "this machine is mail.example.org, example.org",
             "get one for mail.example.org"});
    // Where there are alternative names, the common name does not count (RFC 6125, 6.4.4).
    const auto common = maker::leaf({.names = {"www.example.com"}});
    refused(Code::NameMismatch, common.pem(), common.key, {"is for www.example.com,"});
    std::vector<std::string> many;
    for (int i = 0; i < 2000; ++i) {
        many.push_back("h" + std::to_string(i) + ".example.com");
    }
    const auto crowded = maker::leaf({.names = many});
    refused(Code::NameMismatch, crowded.pem(), crowded.key, {"h7.example.com and 1992 more"});
    check_refusal(Code::NameMismatch, {"this machine is no name"},
                  [&] { require_name(CertificateChain::parse(other.pem()), {}); });
}

TEST_CASE("names that are none fool nobody") {
    for (const auto& name : {"mail.example.org\0.evil.example"s, "mail.example.org\0"s, "\0mail.example.org"s,
                             " mail.example.org"s, "mail.example.org\n"s, "m\xc3\xa4il.example.org"s,
                             "m*l.example.org"s, "*"s, "mail.*.org"s, ""s, "."s}) {
        CAPTURE(name);
        const auto alternative = maker::leaf({.names = {name}});
        CHECK(CertificateChain::parse(alternative.pem()).leaf().names.empty());
        refused(Code::NameMismatch, alternative.pem(), alternative.key, {"is for no name"});
        const auto common = maker::leaf({.common = name, .names = {}});
        CHECK(CertificateChain::parse(common.pem()).leaf().names.empty());
    }
    const auto shown = CertificateChain::parse(maker::leaf({.common = "a\0b\nc"s}).pem()).leaf().subject;
    CHECK(shown == "CN=a\\00b\\0Ac");
}

TEST_CASE("wildcards stand for the first label only") {
    CHECK(covers("*.Example.org", "mail.example.ORG"));
    CHECK(covers("mail.example.org", "Mail.example.org"));
    CHECK(!covers("*.example.org", "example.org"));
    CHECK(!covers("*.example.org", "a.b.example.org"));
    CHECK(!covers("m*.example.org", "mail.example.org"));
    CHECK(!covers("mail.example.org", "mail.example.or"));
}

TEST_CASE("keys and signatures that others refuse are refused") {
    const auto weak = maker::authority({.common = "Weak", .key = maker::rsa(1024)}, &root());
    const auto by_weak = maker::leaf({}, &weak);
    refused(Code::WeakKey, by_weak.pem() + weak.pem(), by_weak.key,
            {"'CN=Weak' (2 of 2)", "RSA, 1024 bits", "2048"});
    const auto sha1 = maker::leaf({.digest = ::EVP_sha1()}, &root());
    refused(Code::WeakKey, sha1.pem(), sha1.key, {"'CN=mail.example.org' is signed with SHA1", "SHA-256"});
    const auto rsa_root = maker::authority({.common = "RSA", .key = maker::rsa(2048), .digest = ::EVP_md5()});
    const auto md5 = maker::leaf({.digest = ::EVP_md5()}, &rsa_root);
    refused(Code::WeakKey, md5.pem() + rsa_root.pem(), md5.key, {"is signed with MD5"});
    // A root's own signature is not looked at.
    const auto by_old_root = maker::leaf({}, &rsa_root);
    serves(by_old_root.pem() + rsa_root.pem(), by_old_root.key);
    const auto edwards = maker::authority({.common = "Edwards", .key = maker::ed25519(), .digest = nullptr});
    const auto by_edwards = maker::leaf({.digest = nullptr}, &edwards);
    refused(Code::Unsupported, by_edwards.pem(), by_edwards.key, {"is signed with ED25519", "RSA or ECDSA"});
    refused(Code::Unsupported, by_edwards.pem() + edwards.pem(), by_edwards.key, {"ED25519"});
    const auto koblitz = maker::authority({.common = "K", .key = maker::ecdsa("secp256k1")}, &root());
    const auto by_koblitz = maker::leaf({}, &koblitz);
    refused(Code::Unsupported, by_koblitz.pem() + koblitz.pem(), by_koblitz.key,
            {"'CN=K' (2 of 2)", "secp256k1"});
}

TEST_CASE("an authority's certificate, and one for another use, are refused") {
    const auto own = maker::leaf({.authority = true});
    refused(Code::WrongPurpose, own.pem(), own.key, {"'CN=mail.example.org'", "CA:TRUE", "CA:FALSE"});
    refused(Code::WrongPurpose, between().pem() + root().pem(), between().key,
            {"'CN=Test Intermediate' (1 of 2)", "must stand first"});
    const auto client = maker::leaf({.extended_usage = "clientAuth,emailProtection"}, &root());
    refused(Code::WrongPurpose, client.pem(), client.key, {"leaves out serverAuth"});
    const auto encipherment = maker::leaf({.usage = "keyEncipherment"}, &root());
    refused(Code::WrongPurpose, encipherment.pem(), encipherment.key, {"leaves out digitalSignature"});
    const auto poisoned = maker::leaf({.unknown = "critical,DER:0500"}, &root());
    refused(Code::WrongPurpose, poisoned.pem(), poisoned.key, {"critical extension", "precertificate"});
    const auto harmless = maker::leaf({.unknown = "DER:0500"}, &root());
    serves(harmless.pem(), harmless.key);
}

TEST_CASE("a chain is in order and leads to a root") {
    const std::string a = leaf().pem(), b = between().pem(), c = root().pem();
    const auto stranger = maker::root("Stranger");
    refused(Code::BrokenChain, c + b + a, leaf().key,
            {"the key is that of the certificate of 'CN=mail.example.org' (3 of 3)", "must stand first"});
    refused(Code::BrokenChain, a + c + b, leaf().key,
            {"out of order", "'CN=Test Intermediate' (3 of 3) must stand right behind", "(1 of 3)"});
    refused(Code::BrokenChain, a, leaf().key,
            {"not complete", "behind the certificate of 'CN=mail.example.org' put", "'CN=Test Intermediate'",
             "fullchain"});
    refused(Code::BrokenChain, a + c, leaf().key,
            {"not complete", "'CN=Test Intermediate'", "fullchain",
             "what stands behind it is the certificate of 'CN=Test Root' (2 of 2)"});
    refused(Code::BrokenChain, a + b + b, leaf().key,
            {"'CN=Test Intermediate' (3 of 3) stands in the file twice", "as certificate 2"});
    refused(Code::BrokenChain, a + b + stranger.pem(), leaf().key,
            {"'CN=Stranger' (3 of 3) does not belong to the chain", "take it out"});
    refused(Code::BrokenChain, a + b + c + stranger.pem(), leaf().key,
            {"'CN=Test Root' (3 of 4) is self-signed", "'CN=Stranger' (4 of 4) does not belong"});
    const auto own = maker::leaf();
    refused(Code::BrokenChain, own.pem() + c, own.key,
            {"is self-signed, with which a chain ends", "'CN=Test Root'", "take it out"});
    const auto namesake = maker::authority({.common = "Test Intermediate"}, &root());
    refused(Code::BrokenChain, a + namesake.pem(), leaf().key,
            {"is not signed with the key of the certificate of 'CN=Test Intermediate'", "that came with it"});
    const auto server = maker::leaf({.common = "No Authority"}, &root());
    const auto by_server = maker::leaf({}, &server);
    refused(Code::BrokenChain, by_server.pem() + server.pem(), by_server.key,
            {"'CN=No Authority' (2 of 2)", "no authority's (CA:FALSE)"});
    check_refusal(Code::BrokenChain, {"wrong way round", "'CN=mail.example.org' (3 of 3) must stand first"},
                  [&] { require_order(CertificateChain::parse(c + b + a), nobody); });
    check_refusal(Code::BrokenChain, {"put the certificate of its issuer 'CN=Test Root'", "fullchain"},
                  [&] { require_order(CertificateChain::parse(a + b), nobody); });
    const auto forged = maker::certified({.common = "Test Root", .names = {}}, &root());
    check_refusal(Code::BrokenChain, {"names itself as its issuer, but its key did not sign it"},
                  [&] { require_order(CertificateChain::parse(forged.pem()), nobody); });
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/make_certificate.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>

#include <ctime>

#include "base/error.hpp"
#include "base/model_disk.hpp"
#include "base/openssl.hpp"
#include "engine/certificate_files.hpp"
#include "engine/request_keys.hpp"

using namespace mailstack;

namespace {

const std::vector<Domain> names{Domain("mail.example.test"), Domain("example.test")};

bool nobody(const X509* /*asked*/) {
    return false;
}

}  // namespace

TEST_CASE("each kind of key is one that the model takes, and serves with its own certificate") {
    const std::int64_t now = std::time(nullptr);
    for (const char* const kind : {"ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072"}) {
        CAPTURE(kind);
        CHECK(word(key_kind(kind)) == kind);
        const PrivateKey key = PrivateKey::parse(new_key(key_kind(kind)).pem());
        const CertificateChain chain = CertificateChain::parse(self_signed(key, names, now, 90).pem());
        CHECK(chain.leaf().self_signed);
        CHECK(chain.leaf().names == std::vector<std::string>{"mail.example.test", "example.test"});
        CHECK(chain.leaf().not_after == now + 90 * 86400);
        CHECK_NOTHROW(require_serviceable(chain, key, {"example.test"}, now, nobody));
        CHECK_THROWS_AS(require_serviceable(chain, key, {"other.test"}, now, nobody), Error);
    }
    CHECK_THROWS_AS(static_cast<void>(key_kind("keep it")), Error);
}

TEST_CASE("a request asks for its names, and is signed by the key that stays") {
    const PrivateKey key = new_key(KeyKind::EcdsaP256);
    const std::string text = certificate_request(key, names);
    const openssl::Bio bio(::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const openssl::Request request(::PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
    REQUIRE(request);
    CHECK(::X509_REQ_verify(request.get(), ::X509_REQ_get0_pubkey(request.get())) == 1);
    CHECK(::EVP_PKEY_eq(::X509_REQ_get0_pubkey(request.get()), key.get()) == 1);
    auto* const extensions = ::X509_REQ_get_extensions(request.get());
    REQUIRE(extensions != nullptr);
    const openssl::Names asked(
        static_cast<GENERAL_NAMES*>(::X509V3_get_d2i(extensions, NID_subject_alt_name, nullptr, nullptr)));
    sk_X509_EXTENSION_pop_free(extensions, ::X509_EXTENSION_free);
    REQUIRE(asked);
    CHECK(sk_GENERAL_NAME_num(asked.get()) == 2);
}

TEST_CASE("files of a pair: ours bear a mark, which readers of PEM pass over; the key is for root alone") {
    const PrivateKey key = new_key(KeyKind::EcdsaP256);
    const CertificateChain chain = self_signed(key, names, std::time(nullptr), 90);
    const auto ours = pair_files(chain, key, {"/x.crt", "/x.key"}, Origin::Here);
    REQUIRE(ours.size() == 2);
    CHECK(ours[0]->mode == 0600);
    CHECK(ours[1]->bytes == std::string(made_here) + chain.pem());
    CHECK(CertificateChain::parse(ours[1]->bytes).leaf().fingerprint == chain.leaf().fingerprint);
    CHECK(pair_files(chain, key, {"/x.crt", "/x.key"}, Origin::Elsewhere)[1]->bytes == chain.pem());
}

TEST_CASE("keys of requests: the one just kept and nine more stay, whatever their times; other files too") {
    ModelDisk disk;
    const std::string directory = "/etc/mailstack/requests";
    std::vector<std::string> paths;
    for (int number = 0; number < 12; ++number) {
        const auto file = request_key_file(directory, new_key(KeyKind::EcdsaP256));
        disk.put(file->path, file->bytes);
        paths.push_back(file->path);
    }
    disk.put(directory + "/README", "mine\n");
    const std::string oldest = paths.front();
    remove_old_requests(directory, disk, "", oldest);
    CHECK(disk.names(directory).size() == 11);
    CHECK(disk.identity(oldest).exists());
    CHECK(disk.identity(directory + "/README").exists());
    const std::string used = oldest.substr(directory.size() + 1, 64);
    CHECK(request_key(directory, disk, used).has_value());
    remove_old_requests(directory, disk, used, "");
    CHECK_FALSE(disk.identity(oldest).exists());
    CHECK_FALSE(request_key(directory, disk, used).has_value());
}

TEST_CASE("of several pairs the first is looked at") {
    const std::string cf = "O ServerCertFile=/a.crt,/b.crt\nO ServerKeyFile=/a.key,/b.key\n";
    CHECK(named_pair(cf) == PairPaths{"/a.crt", "/a.key"});
    CHECK(names_several_pairs(cf));
    CHECK_FALSE(names_several_pairs("O ServerCertFile=/a.crt\nO ServerKeyFile=/a.key\n"));
    CHECK_FALSE(named_pair("O ServerCertFile=/a.crt\n").named());
}

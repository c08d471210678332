// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

#include "base/error.hpp"
#include "model/certificate.hpp"
#include "model/certificate_words.hpp"
#include "model/file_kind.hpp"
#include "model/key_words.hpp"
#include "model/pem.hpp"

namespace mailstack {
namespace {

[[noreturn]] void refuse(const PemBlock& block, const std::string& why) {
    throw Error(Code::BadKey, "the key, line " + std::to_string(block.line) + ": " + why);
}

class Wiped {
  public:
    explicit Wiped(std::string octets) : octets_(std::move(octets)) {}
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { ::OPENSSL_cleanse(octets_.data(), octets_.size()); }
    const std::string& octets() const noexcept { return octets_; }

  private:
    std::string octets_;
};

bool is_key(const PemBlock& block) {
    return block.label == "PRIVATE KEY" || block.label == "RSA PRIVATE KEY" ||
           block.label == "EC PRIVATE KEY" || block.label == "DSA PRIVATE KEY" ||
           block.label == "ENCRYPTED PRIVATE KEY";
}

/// The one block that holds the key. Throws Error{BadKey}.
PemBlock key_block(std::string_view pem) {
    PemBlock found;
    for (const PemBlock& block : pem_blocks(pem)) {
        if (block.label == "EC PARAMETERS" && block.fault == PemFault::None) {
            continue;
        }
        if (block.fault != PemFault::None && (is_key(block) || block.label.empty())) {
            throw Error(Code::BadKey, "the key, " + fault_words(block));
        }
        if (!is_key(block)) {
            refuse(block, "here is " + block_words(block.label, Expected::Key));
        }
        if (found.line != 0) {
            refuse(block, "here is a second key, the first is in line " + std::to_string(found.line) +
                              ": leave the one that is the certificate's");
        }
        found = block;
    }
    if (found.line == 0) {
        throw Error(Code::BadKey, "there is no key: " + file_words(pem, Expected::Key));
    }
    if (found.encrypted || found.label == "ENCRYPTED PRIVATE KEY") {
        refuse(
            found,
            "the key has a passphrase, which nobody could type when sendmail starts; openssl pkey -in FILE "
            "-out NEW writes it without one");
    }
    return found;
}

openssl::Key read_key(const PemBlock& block) {
    const Wiped der(octets_of(block));
    const auto* at = reinterpret_cast<const unsigned char*>(der.octets().data());
    const auto* const end = at + der.octets().size();
    const auto size = static_cast<long>(der.octets().size());
    openssl::Key key;
    if (block.label == "PRIVATE KEY") {
        const std::unique_ptr<PKCS8_PRIV_KEY_INFO, openssl::Freed<PKCS8_PRIV_KEY_INFO_free>> wrapped(
            ::d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, size));
        key.reset(wrapped ? ::EVP_PKCS82PKEY(wrapped.get()) : nullptr);
    } else {
        const int kind = block.label == "EC PRIVATE KEY"    ? EVP_PKEY_EC
                         : block.label == "DSA PRIVATE KEY" ? EVP_PKEY_DSA
                                                            : EVP_PKEY_RSA;
        key.reset(::d2i_PrivateKey(kind, nullptr, &at, size));
    }
    const std::string reason = openssl::last_reason();
    if (!key || at != end) {
        refuse(block, "the key is damaged: what the block holds is no private key" +
                          (reason.empty() ? "" : " (" + reason + ")"));
    }
    return key;
}

/// Numbers that are longer than they can be would keep us computing for minutes.
bool has_oversized_numbers(const EVP_PKEY* key) {
    constexpr const char* names[] = {
        OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,
        OSSL_PKEY_PARAM_RSA_FACTOR3,   OSSL_PKEY_PARAM_RSA_FACTOR4,   OSSL_PKEY_PARAM_RSA_FACTOR5,
        OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_EXPONENT3,
        OSSL_PKEY_PARAM_RSA_EXPONENT4, OSSL_PKEY_PARAM_RSA_EXPONENT5};
    for (const char* const name : names) {
        BIGNUM* number = nullptr;
        if (::EVP_PKEY_get_bn_param(key, name, &number) == 1) {
            const std::unique_ptr<BIGNUM, openssl::Freed<BN_clear_free>> owner(number);
            if (::BN_num_bits(number) > ::EVP_PKEY_get_bits(key)) {
                return true;
            }
        }
    }
    ::ERR_clear_error();  // most keys lack most of them
    return false;
}

}  // namespace

PrivateKey PrivateKey::parse(std::string_view pem) {
    if (pem.size() > longest) {
        throw Error(Code::LimitExceeded,
                    "the key has " + std::to_string(pem.size()) + " octets, a key's file has 65536 at most");
    }
    const PemBlock block = key_block(pem);
    return PrivateKey(read_key(block));
}

PrivateKey::PrivateKey(openssl::Key key) : key_(std::move(key)) {
    openssl::require(key_ != nullptr, "make a key");
    if (const auto unfit = why_unfit(key_.get())) {
        throw Error(unfit->code(), std::string("the key cannot be used: ") + unfit->what());
    }
    if (::EVP_PKEY_is_a(key_.get(), "RSA") == 1 && has_oversized_numbers(key_.get())) {
        throw Error(Code::BadKey, "the key is damaged: one of its numbers is longer than the key");
    }
    words_ = key_words(key_.get());
    public_fingerprint_ = public_fingerprint_of(key_.get());
}

std::string PrivateKey::pem() const {
    const openssl::Bio bio(::BIO_new(::BIO_s_mem()));
    openssl::require(bio && ::PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0,
                                                            nullptr, nullptr) == 1,
                     "write a key");
    return openssl::bytes_of(bio.get());
}

const std::string& PrivateKey::words() const noexcept {
    return words_;
}

const std::string& PrivateKey::public_fingerprint() const noexcept {
    return public_fingerprint_;
}

}  // namespace mailstack

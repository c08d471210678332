// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/key_words.hpp"

#include <openssl/core_names.h>

#include <array>

namespace mailstack {
namespace {

/// "" for what is no curve by name.
std::string curve_of(const EVP_PKEY* key) {
    constexpr std::size_t longest = 80;
    std::array<char, longest> name{};
    std::size_t size = 0;
    if (::EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1) {
        return "";
    }
    const std::string_view curve(name.data());
    return curve == "prime256v1"  ? "P-256"
           : curve == "secp384r1" ? "P-384"
           : curve == "secp521r1" ? "P-521"
                                  : std::string(curve);
}

bool has_explicit_parameters(const EVP_PKEY* key) {
    int is = 0;
    return ::EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is) == 1 &&
           is == 1;
}

std::optional<Error> why_rsa_unfit(const EVP_PKEY* key) {
    constexpr int least = 2048, most = 8192;
    const int bits = ::EVP_PKEY_get_bits(key);
    if (bits < least) {
        return Error(Code::WeakKey, "it is " + key_words(key) + ": RSA needs 2048 bits or more");
    }
    if (bits > most) {
        return Error(Code::LimitExceeded, "it is " + key_words(key) + ": 8192 bits at most are taken");
    }
    return std::nullopt;
}

}  // namespace

std::string key_words(const EVP_PKEY* key) {
    if (::EVP_PKEY_is_a(key, "EC") == 1) {
        const std::string curve = curve_of(key);
        return curve.empty() ? "ECDSA on a curve without a name" : "ECDSA on " + curve;
    }
    const char* const type = ::EVP_PKEY_get0_type_name(key);
    const std::string name = type == nullptr ? "a key of an unknown kind" : type;
    return name + (name.starts_with("RSA") || name == "DSA"
                       ? ", " + std::to_string(::EVP_PKEY_get_bits(key)) + " bits"
                       : "");
}

std::optional<Error> why_unfit(const EVP_PKEY* key) {
    constexpr auto* right = "; what serves is RSA, and ECDSA on P-256, P-384 or P-521";
    if (::EVP_PKEY_is_a(key, "RSA") == 1) {
        return why_rsa_unfit(key);
    }
    if (::EVP_PKEY_is_a(key, "EC") != 1) {
        return Error(Code::Unsupported,
                     "it is " + key_words(key) + ", which many mail servers do not know" + right);
    }
    if (has_explicit_parameters(key)) {
        return Error(
            Code::Unsupported,
            std::string("it spells out its curve in place of naming it, which TLS does not know") + right);
    }
    const std::string curve = curve_of(key);
    if (curve != "P-256" && curve != "P-384" && curve != "P-521") {
        return Error(Code::Unsupported,
                     "it is " + key_words(key) + ", which many mail servers do not know" + right);
    }
    return std::nullopt;
}

}  // namespace mailstack

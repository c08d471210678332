// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/certificate_words.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "model/host.hpp"

namespace mailstack {
namespace {

using Text = std::unique_ptr<unsigned char, decltype([](unsigned char* text) { OPENSSL_free(text); })>;

/// Of what `write` allocates and gives the size of.
template <typename Write>
std::string digest_of(const Write& write) {
    unsigned char* octets = nullptr;
    const int size = write(&octets);
    const Text owner(octets);
    openssl::require(size > 0, "write a certificate or its key");
    return sha256({reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size)});
}

void add_name(std::vector<std::string>& names, const std::string& text) {
    const std::string name = fold_case(text);
    const auto plain = std::string_view(name).substr(name.starts_with("*.") ? 2 : 0);
    if (has_domain_syntax(plain)) {
        names.push_back(name);
    }
}

std::vector<std::string> common_names_of(const X509* certificate) {
    std::vector<std::string> names;
    const X509_NAME* const subject = ::X509_get_subject_name(certificate);
    for (int at = -1; (at = ::X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
        unsigned char* text = nullptr;
        const int size =
            ::ASN1_STRING_to_UTF8(&text, ::X509_NAME_ENTRY_get_data(::X509_NAME_get_entry(subject, at)));
        const Text owner(text);
        if (size > 0) {
            add_name(names, {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
        }
    }
    return names;
}

}  // namespace

std::string text_of(const ASN1_STRING* string) {
    return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(string)),
            static_cast<std::size_t>(::ASN1_STRING_length(string))};
}

openssl::Names alternative_names_of(const X509* certificate) {
    return openssl::Names(
        static_cast<GENERAL_NAMES*>(::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
}

std::string name_words(const X509_NAME* name) {
    // What is not of the type that it claims to be is written octet by octet.
    for (const unsigned long how : {XN_FLAG_RFC2253, XN_FLAG_RFC2253 | ASN1_STRFLGS_IGNORE_TYPE}) {
        const openssl::Bio bio(::BIO_new(::BIO_s_mem()));
        if (bio && ::X509_NAME_print_ex(bio.get(), name, 0, how) >= 0) {
            return openssl::bytes_of(bio.get());
        }
    }
    ::ERR_clear_error();
    return "";
}

std::optional<std::int64_t> seconds_of(const ASN1_TIME* time) {
    std::tm broken_down{};
    // A null pointer would be the present.
    if (time == nullptr || ::ASN1_TIME_to_tm(time, &broken_down) != 1) {
        return std::nullopt;
    }
    return std::int64_t{::timegm(&broken_down)};
}

std::string time_words(std::int64_t seconds) {
    constexpr std::size_t size = 40;
    std::tm broken_down{};
    std::array<char, size> text{};
    const std::time_t time = seconds;
    if (::gmtime_r(&time, &broken_down) == nullptr ||
        std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &broken_down) == 0) {
        return "a date that is none";
    }
    return text.data();
}

std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t most = 8;
    if (names.size() <= most) {
        return names.empty() ? "no name" : joined(names, ", ");
    }
    return joined({names.begin(), names.begin() + most}, ", ") + " and " +
           std::to_string(names.size() - most) + " more";
}

std::string fingerprint_of(const X509* certificate) {
    return digest_of([&](unsigned char** octets) { return ::i2d_X509(certificate, octets); });
}

std::string public_fingerprint_of(EVP_PKEY* key) {
    return digest_of([&](unsigned char** octets) { return ::i2d_PUBKEY(key, octets); });
}

std::string public_fingerprint_of(const X509* certificate) {
    if (EVP_PKEY* const key = ::X509_get0_pubkey(certificate)) {
        return public_fingerprint_of(key);
    }
    ::ERR_clear_error();
    return digest_of([&](unsigned char** octets) {
        return ::i2d_X509_PUBKEY(::X509_get_X509_PUBKEY(certificate), octets);
    });
}

std::vector<std::string> host_names_of(const X509* certificate) {
    const openssl::Names all = alternative_names_of(certificate);
    std::vector<std::string> names;
    bool any = false;
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type == GEN_DNS) {
            any = true;
            add_name(names, text_of(name->d.dNSName));
        }
    }
    return any ? names : common_names_of(certificate);
}

}  // namespace mailstack

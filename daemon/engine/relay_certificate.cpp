// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_certificate.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "base/openssl.hpp"
#include "base/text.hpp"
#include "model/certificate_words.hpp"

namespace mailstack {
namespace {

/// The names that a certificate has for its owner.
struct Names {
    std::vector<std::string> dns;        ///< of subjectAltName, as all below
    std::vector<std::string> addresses;  ///< "192.0.2.1", "2001:DB8:0:0:0:0:0:1" as OpenSSL writes it
    std::string common;                  ///< the subject's common name
};

std::string address_words(const ASN1_OCTET_STRING* address) {
    const openssl::Bio bio(::BIO_new(::BIO_s_mem()));
    const std::unique_ptr<GENERAL_NAME, void (*)(GENERAL_NAME*)> name(::GENERAL_NAME_new(),
                                                                      ::GENERAL_NAME_free);
    ::GENERAL_NAME_set0_value(name.get(), GEN_IPADD, ::ASN1_OCTET_STRING_dup(address));
    ::GENERAL_NAME_print(bio.get(), name.get());
    const std::string text = openssl::bytes_of(bio.get());
    return text.substr(std::min(text.size(), std::string_view("IP Address:").size()));
}

Names names_of(const X509* certificate) {
    Names names;
    const openssl::Names all = alternative_names_of(certificate);
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type == GEN_DNS) {
            names.dns.push_back(fold_case(text_of(name->d.dNSName)));
        } else if (name->type == GEN_IPADD) {
            names.addresses.push_back(address_words(name->d.iPAddress));
        }
    }
    const X509_NAME* const subject = ::X509_get_subject_name(certificate);
    const int at = ::X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at >= 0) {
        names.common = fold_case(text_of(::X509_NAME_ENTRY_get_data(::X509_NAME_get_entry(subject, at))));
    }
    return names;
}

/// As sendmail's rules have it: the inside of the brackets.
std::string wanted_name(const RelayHost& host) {
    return fold_case(host.literal() ? host.text().substr(1, host.text().size() - 2) : host.text());
}

bool is_for(const Names& names, const RelayHost& host) {
    const std::string wanted = wanted_name(host);
    const auto dot = host.literal() ? std::string::npos : wanted.find('.');
    const std::string wildcard = dot == std::string::npos ? wanted : '*' + wanted.substr(dot);
    return names.common == wanted ||
           std::any_of(names.dns.begin(), names.dns.end(),
                       [&](const std::string& name) { return name == wanted || name == wildcard; });
}

std::string all_words(const Names& names) {
    std::vector<std::string> all = names.dns;
    all.insert(all.end(), names.addresses.begin(), names.addresses.end());
    if (!names.common.empty() && std::find(all.begin(), all.end(), names.common) == all.end()) {
        all.push_back("CN=" + names.common);
    }
    return listed(all);
}

/// Whether others would take the certificate, although sendmail does not.
bool is_for_others(const X509* certificate, const RelayHost& host) {
    auto* const plain = const_cast<X509*>(certificate);  // OpenSSL 3 wants it so, and caches extensions in it
    const std::string name = wanted_name(host);
    const bool six = name.starts_with("ipv6:");
    return host.literal() ? ::X509_check_ip_asc(
                                plain, name.c_str() + (six ? std::string_view("ipv6:").size() : 0), 0) == 1
                          : ::X509_check_host(plain, name.data(), name.size(), 0, nullptr) == 1;
}

}  // namespace

std::string time_words(const ASN1_TIME* time) {
    const auto seconds = seconds_of(time);
    return seconds ? time_words(*seconds) : "a date that is none";
}

std::string certificate_words(const X509* certificate) {
    return "subject " + name_words(::X509_get_subject_name(certificate)) + ", issuer " +
           name_words(::X509_get_issuer_name(certificate)) + ", valid from " +
           time_words(::X509_get0_notBefore(certificate)) + " to " +
           time_words(::X509_get0_notAfter(certificate));
}

std::string why_not_for(const X509* certificate, const RelayHost& host) {
    const Names names = names_of(certificate);
    if (is_for(names, host)) {
        return {};
    }
    std::string why = "name mismatch: it is for " + all_words(names) + ", not for " + wanted_name(host);
    if (!is_for_others(certificate, host)) {
        return why;
    }
    return why + (host.literal() ? " (sendmail does not look at a certificate's addresses: name the relay)"
                                 : " (sendmail takes no wildcard in a common name or within a label)");
}

}  // namespace mailstack

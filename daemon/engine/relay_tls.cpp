// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/error.hpp"
#include "engine/relay_certificate.hpp"

namespace mailstack {
namespace {

using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

/// What OpenSSL found wrong while it walked the chain: filled from C, so without anything that could throw.
struct ChainFaults {
    struct Fault {
        int error = X509_V_OK;
        int depth = 0;  ///< 0: the relay's own certificate
    };
    std::array<Fault, 16> list{};
    std::size_t count = 0;
};

/// Notes what is wrong and goes on, so that all of it is found.
int note_fault(int fine, X509_STORE_CTX* chain) {
    auto* const tls =
        static_cast<SSL*>(::X509_STORE_CTX_get_ex_data(chain, ::SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* const faults = static_cast<ChainFaults*>(SSL_CTX_get_app_data(::SSL_get_SSL_CTX(tls)));
    if (faults == nullptr) {
        return 0;  // not within our handshake
    }
    if (fine == 0 && faults->count < faults->list.size()) {
        faults->list[faults->count++] = {::X509_STORE_CTX_get_error(chain),
                                         ::X509_STORE_CTX_get_error_depth(chain)};
    }
    return 1;
}

/// Where note_fault() writes to, as long as this is.
class Notes {
  public:
    Notes(SSL_CTX* context, ChainFaults& faults) : context_(context) {
        SSL_CTX_set_app_data(context_, &faults);
        ::SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, note_fault);
    }
    Notes(const Notes&) = delete;
    Notes& operator=(const Notes&) = delete;
    ~Notes() { SSL_CTX_set_app_data(context_, nullptr); }

  private:
    SSL_CTX* context_;
};

bool is_unknown_authority(int error) {
    constexpr std::array unknown{
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,     X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,       X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED};
    return std::find(unknown.begin(), unknown.end(), error) != unknown.end();
}

std::string fault_words(const ChainFaults::Fault& fault, const SSL* tls) {
    if (is_unknown_authority(fault.error)) {
        return "unknown authority";
    }
    STACK_OF(X509)* const chain = ::SSL_get0_verified_chain(tls);
    const X509* const of =
        chain != nullptr && fault.depth < sk_X509_num(chain) ? sk_X509_value(chain, fault.depth) : nullptr;
    const std::string whose = fault.depth == 0 ? "" : "its authority's certificate: ";
    if (of != nullptr && fault.error == X509_V_ERR_CERT_HAS_EXPIRED) {
        return whose + "expired on " + time_words(::X509_get0_notAfter(of));
    }
    if (of != nullptr && fault.error == X509_V_ERR_CERT_NOT_YET_VALID) {
        return whose + "not yet valid, but from " + time_words(::X509_get0_notBefore(of));
    }
    return whose + ::X509_verify_cert_error_string(fault.error);
}

void add(std::vector<std::string>& faults, const std::string& fault) {
    if (!fault.empty() && std::find(faults.begin(), faults.end(), fault) == faults.end()) {
        faults.push_back(fault);
    }
}

/// Why sendmail has no authorities, "" where it has.
std::string load(SSL_CTX* context, const TrustAnchors& anchors) {
    if (anchors.file.empty() || anchors.directory.empty()) {
        return "sendmail.cf does not name both CACertFile and CACertPath, without which sendmail trusts no "
               "authority";
    }
    ::ERR_clear_error();
    if (::SSL_CTX_load_verify_locations(context, anchors.file.c_str(), anchors.directory.c_str()) == 1) {
        return {};
    }
    const char* const reason = ::ERR_reason_error_string(::ERR_peek_error());
    ::ERR_clear_error();
    return "sendmail cannot load the authorities of " + quoted(anchors.file) + ": " +
           (reason == nullptr ? "no reason given" : reason);
}

std::vector<std::string> faults_of(const SSL* tls, const X509* certificate, const ChainFaults& chain,
                                   const RelayHost& host) {
    std::vector<std::string> faults;
    if (certificate == nullptr) {
        return {"the relay shows no certificate"};
    }
    std::for_each_n(chain.list.begin(), chain.count,
                    [&](const ChainFaults::Fault& fault) { add(faults, fault_words(fault, tls)); });
    const long result = ::SSL_get_verify_result(tls);
    if (result != X509_V_OK && faults.empty()) {
        add(faults, ::X509_verify_cert_error_string(result));
    }
    add(faults, why_not_for(certificate, host));
    return faults;
}

}  // namespace

RelayTls start_relay_tls(SmtpConnection& connection, const RelayHost& host, const TrustAnchors& anchors) {
    const Context context(::SSL_CTX_new(::TLS_client_method()), ::SSL_CTX_free);
    if (!context) {
        throw Error(Code::Internal, "OpenSSL makes no TLS context");
    }
    const std::string untrusting = load(context.get(), anchors);
    // what is judged here must be what later words come from
    ::SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    ChainFaults chain;
    const Notes notes(context.get(), chain);
    const SSL* const tls = connection.start_tls(context.get());
    const std::unique_ptr<X509, void (*)(X509*)> certificate(::SSL_get1_peer_certificate(tls), ::X509_free);
    RelayTls found;
    found.session = std::string(::SSL_get_version(tls)) + ", " + ::SSL_get_cipher_name(tls);
    found.certificate = certificate ? certificate_words(certificate.get()) : "";
    add(found.faults, untrusting);
    for (const std::string& fault : faults_of(tls, certificate.get(), chain, host)) {
        add(found.faults, fault);
    }
    ::ERR_clear_error();
    return found;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <openssl/err.h>
#include <openssl/x509.h>

#include <array>

#include "base/error.hpp"
#include "base/openssl.hpp"
#include "engine/smtp_connection.hpp"
#include "engine/wiped_text.hpp"
#include "model/certificate_words.hpp"

namespace mailstack {
namespace {

std::string tls_words() {
    const std::string reason = openssl::last_reason();
    return reason.empty() ? "no reason given" : reason;
}

ServedTls describe(SSL* tls) {
    ServedTls served;
    served.protocol = ::SSL_get_version(tls);
    const openssl::Certificate certificate(::SSL_get1_peer_certificate(tls));
    if (!certificate) {
        return served;  // an anonymous cipher
    }
    served.fingerprint = fingerprint_of(certificate.get());
    served.subject = name_words(::X509_get_subject_name(certificate.get()));
    const std::unique_ptr<ASN1_GENERALIZEDTIME, void (*)(ASN1_GENERALIZEDTIME*)> end(
        ::ASN1_TIME_to_generalizedtime(::X509_get0_notAfter(certificate.get()), nullptr),
        ::ASN1_GENERALIZEDTIME_free);
    if (end) {
        served.not_after = text_of(end.get());
    }
    const auto* const sent = ::SSL_get_peer_cert_chain(tls);
    for (int place = 0; sent != nullptr && place < sk_X509_num(sent); ++place) {
        served.chain.push_back(fingerprint_of(sk_X509_value(sent, place)));
    }
    return served;
}

}  // namespace

// OpenSSL reads and writes memory: its own writes to a socket that the other side has closed would raise
// SIGPIPE.
void SmtpConnection::flush_tls() {
    BIO* const out = ::SSL_get_wbio(tls_.get());
    const std::string octets = openssl::bytes_of(out);
    BIO_reset(out);
    send_raw(octets);
}

ServedTls SmtpConnection::start_tls() {
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(::SSL_CTX_new(::TLS_client_method()),
                                                               ::SSL_CTX_free);
    if (!context) {
        throw Error(Code::Internal, "OpenSSL makes no TLS context: " + tls_words());
    }
    ::SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), 0);
    ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    return describe(start_tls(context.get()));
}

SSL* SmtpConnection::start_tls(SSL_CTX* context) {
    ::ERR_clear_error();
    tls_.reset(::SSL_new(context));
    if (!tls_) {
        throw Error(Code::Internal, "OpenSSL makes no TLS connection: " + tls_words());
    }
    ::SSL_set_bio(tls_.get(), ::BIO_new(::BIO_s_mem()), ::BIO_new(::BIO_s_mem()));
    pending_.clear();  // nothing that came unencrypted counts as said within TLS
    for (;;) {
        const int done = ::SSL_connect(tls_.get());
        const int reason = ::SSL_get_error(tls_.get(), done);
        flush_tls();
        if (done == 1) {
            return tls_.get();
        }
        if (reason != SSL_ERROR_WANT_READ) {
            fail("fails in its TLS handshake: " + tls_words());
        }
        const std::string octets = received_raw();
        if (octets.empty()) {
            fail("breaks off in its TLS handshake");
        }
        ::BIO_write(::SSL_get_rbio(tls_.get()), octets.data(), static_cast<int>(octets.size()));
    }
}

std::string SmtpConnection::received() {
    if (!tls_) {
        return received_raw();
    }
    std::array<char, piece_size> piece;
    for (;;) {
        const int got = ::SSL_read(tls_.get(), piece.data(), static_cast<int>(piece.size()));
        if (got > 0) {
            return {piece.data(), static_cast<std::size_t>(got)};
        }
        if (::SSL_get_error(tls_.get(), got) != SSL_ERROR_WANT_READ) {
            ::ERR_clear_error();
            return "";
        }
        flush_tls();
        const std::string octets = received_raw();
        if (octets.empty()) {
            return "";
        }
        ::BIO_write(::SSL_get_rbio(tls_.get()), octets.data(), static_cast<int>(octets.size()));
    }
}

void SmtpConnection::send(std::string_view line) {
    const WipedText whole{line, "\r\n"};
    const std::string_view octets = whole.octets();
    heard_ = pending_;
    if (!tls_) {
        send_raw(octets);
        return;
    }
    if (::SSL_write(tls_.get(), octets.data(), static_cast<int>(octets.size())) <= 0) {
        fail("does not take what we send within TLS: " + tls_words());
    }
    flush_tls();
}

}  // namespace mailstack

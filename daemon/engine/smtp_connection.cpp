// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/smtp_connection.hpp"

#include <netdb.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;
constexpr std::size_t piece_size = 16384;  // a TLS record

std::string tls_words() {
    const unsigned long number = ::ERR_get_error();
    const char* const reason = ::ERR_reason_error_string(number);
    ::ERR_clear_error();
    return reason == nullptr ? "no reason given" : reason;
}

/// Where to connect for `port`, or nothing and the reason.
Addresses addresses_of(const DaemonPort& port, std::string& reason) {
    const bool six = port.family == "inet6";
    std::string host = port.address;
    if (host.starts_with("IPv6:")) {
        host.erase(0, std::string_view("IPv6:").size());
    }
    if (host.empty() || host == "0.0.0.0" || host == "::") {
        host = six ? "::1" : "127.0.0.1";
    }
    addrinfo hints{};
    hints.ai_family = six ? AF_INET6 : AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), port.port.c_str(), &hints, &found);
    reason = error == 0 ? "" : ::gai_strerror(error);
    return {error == 0 ? found : nullptr, ::freeaddrinfo};
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(std::max(size, 0L))};
}

ServedTls describe(SSL* tls) {
    ServedTls served;
    served.protocol = ::SSL_get_version(tls);
    const std::unique_ptr<X509, void (*)(X509*)> certificate(::SSL_get1_peer_certificate(tls), ::X509_free);
    if (!certificate) {
        return served;  // an anonymous cipher
    }
    unsigned char* der = nullptr;
    const int size = ::i2d_X509(certificate.get(), &der);
    if (size > 0) {
        served.fingerprint = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
        ::OPENSSL_free(der);
    }
    const std::unique_ptr<BIO, int (*)(BIO*)> bio(::BIO_new(::BIO_s_mem()), ::BIO_free);
    ::X509_NAME_print_ex(bio.get(), ::X509_get_subject_name(certificate.get()), 0, XN_FLAG_RFC2253);
    served.subject = text_of(bio.get());
    const std::unique_ptr<ASN1_GENERALIZEDTIME, void (*)(ASN1_GENERALIZEDTIME*)> end(
        ::ASN1_TIME_to_generalizedtime(::X509_get0_notAfter(certificate.get()), nullptr),
        ::ASN1_GENERALIZEDTIME_free);
    if (end) {
        served.not_after.assign(reinterpret_cast<const char*>(::ASN1_STRING_get0_data(end.get())),
                                static_cast<std::size_t>(::ASN1_STRING_length(end.get())));
    }
    return served;
}

}  // namespace

void SmtpConnection::fail(const std::string& what) const {
    throw Error(Code::MtaFailed, "the MTA's port " + (port_.address.empty() ? "*" : port_.address) + ":" +
                                     port_.port + " " + what);
}

SmtpConnection::SmtpConnection(const DaemonPort& port, Deadline deadline) : port_(port), deadline_(deadline) {
    std::string reason;
    const Addresses found = addresses_of(port, reason);
    if (!found) {
        fail("of sendmail.cf cannot be looked up: " + reason);
    }
    socket_ = Descriptor(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    int error = socket_ && ::connect(socket_.get(), found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        await(POLLOUT);
        socklen_t size = sizeof error;
        if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
            error = errno;
        }
    }
    if (error != 0) {
        fail(std::string("does not let us connect: ") + std::strerror(error));
    }
}

void SmtpConnection::await(short events) const {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
        pollfd waiting{socket_.get(), events, 0};
        const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
        if (ready > 0) {
            return;
        }
        if (ready == 0) {
            fail("does not answer in time");
        }
        if (errno != EINTR) {
            fail(std::string("cannot be waited for: ") + std::strerror(errno));
        }
    }
}

std::string SmtpConnection::received_raw() {
    std::array<char, piece_size> piece;
    for (;;) {
        const auto got = ::recv(socket_.get(), piece.data(), piece.size(), 0);
        if (got >= 0) {
            return {piece.data(), static_cast<std::size_t>(got)};
        }
        if (errno == EAGAIN) {
            await(POLLIN);
        } else if (errno != EINTR) {
            fail(std::string("breaks off: ") + std::strerror(errno));
        }
    }
}

void SmtpConnection::send_raw(std::string_view octets) {
    while (!octets.empty()) {
        const auto sent = ::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            octets.remove_prefix(static_cast<std::size_t>(sent));
        } else if (sent < 0 && errno == EAGAIN) {
            await(POLLOUT);
        } else if (sent < 0 && errno != EINTR) {
            fail(std::string("breaks off: ") + std::strerror(errno));
        }
    }
}

// OpenSSL reads and writes memory: its own writes to a socket that the other side has closed would raise
// SIGPIPE.
void SmtpConnection::flush_tls() {
    BIO* const out = ::SSL_get_wbio(tls_.get());
    const std::string octets = text_of(out);
    BIO_reset(out);
    send_raw(octets);
}

ServedTls SmtpConnection::start_tls() {
    ::ERR_clear_error();
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(::SSL_CTX_new(::TLS_client_method()),
                                                               ::SSL_CTX_free);
    if (!context) {
        throw Error(Code::Internal, "OpenSSL makes no TLS context: " + tls_words());
    }
    ::SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), 0);
    ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    tls_.reset(::SSL_new(context.get()));
    ::SSL_set_bio(tls_.get(), ::BIO_new(::BIO_s_mem()), ::BIO_new(::BIO_s_mem()));
    pending_.clear();  // nothing that came unencrypted counts as said within TLS
    for (;;) {
        const int done = ::SSL_connect(tls_.get());
        const int reason = ::SSL_get_error(tls_.get(), done);
        flush_tls();
        if (done == 1) {
            return describe(tls_.get());
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
    const std::string octets = std::string(line) + "\r\n";
    if (!tls_) {
        send_raw(octets);
        return;
    }
    if (::SSL_write(tls_.get(), octets.data(), static_cast<int>(octets.size())) <= 0) {
        fail("does not take what we send within TLS: " + tls_words());
    }
    flush_tls();
}

void SmtpConnection::quit() noexcept {
    deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + std::chrono::seconds(1));
    try {
        send("QUIT");
        read_reply();
    } catch (const std::exception&) {
        socket_ = Descriptor();
    }
}

std::string SmtpConnection::read_line() {
    constexpr std::size_t longest = 2000;
    while (pending_.find('\n') == std::string::npos) {
        const std::string more = received();
        if (more.empty()) {
            fail(pending_.empty() ? "hangs up" : "hangs up after " + quoted(pending_));
        }
        pending_ += more;
        if (pending_.size() > longest && pending_.find('\n') > longest) {
            fail("says a line of more than 2,000 octets");
        }
    }
    const auto end = pending_.find('\n');
    std::string line(trimmed(std::string_view(pending_).substr(0, end)));
    pending_.erase(0, end + 1);
    return line;
}

SmtpReply SmtpConnection::read_reply() {
    constexpr std::size_t most = 100;
    constexpr std::size_t code_size = 3;
    SmtpReply reply;
    for (;;) {
        const std::string line = read_line();
        const auto* const end = line.data() + std::min(code_size, line.size());
        int code = 0;
        if (std::from_chars(line.data(), end, code).ptr != line.data() + code_size ||
            (reply.code != 0 && code != reply.code) || reply.lines.size() == most) {
            fail("answers with what is no SMTP reply: " + quoted(line));
        }
        reply.code = code;
        reply.lines.push_back(line.substr(std::min(code_size + 1, line.size())));
        if (line.size() <= code_size || line[code_size] != '-') {
            return reply;
        }
    }
}

}  // namespace mailstack

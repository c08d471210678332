// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/smtp_probe.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/descriptor.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"

using namespace mailstack;
using namespace std::chrono_literals;

namespace {

/// A listening socket of 127.0.0.1, and a thread that serves `dialogues` clients one after another.
class Server {
  public:
    explicit Server(const std::function<void(int client)>& dialogue, int dialogues = 1)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(socket_.get(), generic, size) == 0);
        REQUIRE(::listen(socket_.get(), 5) == 0);
        REQUIRE(::getsockname(socket_.get(), generic, &size) == 0);
        port_ = std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this, dialogue, dialogues] {
            for (int i = 0; i < dialogues; ++i) {
                const Descriptor client(::accept(socket_.get(), nullptr, nullptr));
                if (!client) {
                    return;
                }
                dialogue(client.get());
            }
        });
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
        ::shutdown(socket_.get(), SHUT_RDWR);
        thread_.join();
    }

    DaemonPort port() const {
        DaemonPort port;
        port.address = "127.0.0.1";
        port.port = port_;
        return port;
    }
    std::string cf() const { return "O DaemonPortOptions=Name=MTA, Addr=127.0.0.1, Port=" + port_ + "\n"; }

  private:
    Descriptor socket_;
    std::string port_;
    std::thread thread_;
};

void say(int client, const std::string& text) {
    ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
}

std::string hear(int client) {
    std::string line;
    for (char c = 0; c != '\n' && ::recv(client, &c, 1, 0) == 1;) {
        line += c;
    }
    return line.substr(0, line.find('\r'));
}

/// Greets, answers EHLO with `extensions`, and says good-bye.
std::function<void(int)> plain(const std::string& extensions) {
    return [extensions](int client) {
        say(client, "220 mail.example.test ESMTP\r\n");
        CHECK(hear(client) == "EHLO localhost");
        say(client, extensions);
        CHECK(hear(client) == "QUIT");
        say(client, "221 bye\r\n");
    };
}

auto soon(std::chrono::milliseconds patience = 5s) {
    return std::chrono::steady_clock::now() + patience;
}

std::string failure(const Server& server, AskTls ask = AskTls::Never,
                    std::chrono::milliseconds patience = 2s) {
    try {
        probe_smtp(server.port(), ask, soon(patience));
    } catch (const Error& error) {
        CHECK(error.code() == Code::MtaFailed);
        const std::string text = error.what();
        const std::string begins = "the MTA's port 127.0.0.1:" + server.port().port + " ";
        CHECK(text.starts_with(begins));
        return text.substr(std::min(begins.size(), text.size()));
    }
    return "it did not fail";
}

/// A key and a certificate for it, made anew.
struct Identity {
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{::EVP_EC_gen("P-256"), ::EVP_PKEY_free};
    std::unique_ptr<X509, void (*)(X509*)> certificate{::X509_new(), ::X509_free};

    Identity() {
        ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), 0);
        ::ASN1_TIME_set_string_X509(::X509_getm_notAfter(certificate.get()), "20400102030405Z");
        ::X509_set_pubkey(certificate.get(), key.get());
        X509_NAME* const name = ::X509_get_subject_name(certificate.get());
        ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>("mail.example.test"), -1, -1, 0);
        ::X509_set_issuer_name(certificate.get(), name);
        REQUIRE(::X509_sign(certificate.get(), key.get(), ::EVP_sha256()) > 0);
    }
    std::string fingerprint() const {
        unsigned char* der = nullptr;
        const int size = ::i2d_X509(certificate.get(), &der);
        const std::string octets(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
        ::OPENSSL_free(der);
        return sha256(octets);
    }
};

/// The server's side of TLS on `client`, then `dialogue`, with what is heard and said within TLS.
void serve_tls(int client, const Identity& identity, const std::function<void(SSL*)>& dialogue) {
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(::SSL_CTX_new(::TLS_server_method()),
                                                               ::SSL_CTX_free);
    ::SSL_CTX_use_certificate(context.get(), identity.certificate.get());
    ::SSL_CTX_use_PrivateKey(context.get(), identity.key.get());
    const std::unique_ptr<SSL, void (*)(SSL*)> tls(::SSL_new(context.get()), ::SSL_free);
    ::SSL_set_fd(tls.get(), client);
    if (::SSL_accept(tls.get()) == 1) {
        dialogue(tls.get());
    }
}

std::string hear(SSL* tls) {
    char text[100];
    const int got = ::SSL_read(tls, text, sizeof text);
    return {text, static_cast<std::size_t>(std::max(got, 0))};
}

}  // namespace

TEST_CASE("greeting and extensions are read, from an answer of several lines") {
    const Server server(
        plain("250-mail.example.test Hello\r\n250-SIZE 1000\r\n250-AUTH PLAIN LOGIN\r\n250 HELP\r\n"));
    const SmtpPeer peer = probe_smtp(server.port(), AskTls::IfOffered, soon());
    CHECK(peer.greeting == "mail.example.test ESMTP");
    CHECK(peer.extensions == std::vector<std::string>{"SIZE 1000", "AUTH PLAIN LOGIN", "HELP"});
    CHECK(peer.offers("auth"));
    CHECK_FALSE(peer.offers("STARTTLS"));
    CHECK_FALSE(peer.tls);
}

TEST_CASE("what is no greeting, no EHLO and no reply is told in the daemon's words") {
    const auto greets = [](const std::string& text) { return [text](int client) { say(client, text); }; };
    CHECK(failure(Server(greets("554 go away\r\n"))) == "greets with '554 go away'");
    CHECK(failure(Server(greets("220-many\r\n554 words\r\n")))
              .starts_with("answers with what is no SMTP reply"));
    CHECK(failure(Server(greets("hello\r\n"))) == "answers with what is no SMTP reply: 'hello'");
    CHECK(failure(Server(greets(""))) == "hangs up");
    CHECK(failure(Server(greets("220 half"))) == "hangs up after '220 half'");
    CHECK(failure(Server(greets(std::string(5000, '2')))) == "says a line of more than 2,000 octets");
    std::string endless;
    for (int i = 0; i < 200; ++i) {
        endless += "220-more\r\n";
    }
    CHECK(failure(Server(greets(endless))).starts_with("answers with what is no SMTP reply"));
    CHECK(failure(Server([](int client) {
              say(client, "220 x\r\n");
              hear(client);
              say(client, "502 no\r\n");
          })) == "answers EHLO with '502 no'");
}

TEST_CASE("a daemon that says nothing costs no more than the deadline") {
    const auto began = std::chrono::steady_clock::now();
    const Server server([](int client) { hear(client); });
    CHECK(failure(server, AskTls::Never, 200ms) == "does not answer in time");
    CHECK(std::chrono::steady_clock::now() - began < 2s);
}

TEST_CASE("a daemon that greets and then does not say good-bye has answered all the same") {
    const Server server([](int client) {
        say(client, "220 x\r\n");
        hear(client);
        say(client, "250 x\r\n");
        hear(client);
    });
    CHECK(probe_smtp(server.port(), AskTls::Never, soon()).greeting == "x");
}

TEST_CASE("STARTTLS shows the certificate that is served, whoever signed it") {
    const Identity identity;
    const Server server([&](int client) {
        say(client, "220 mail.example.test ESMTP\r\n");
        hear(client);
        say(client, "250-x\r\n250 STARTTLS\r\n");
        CHECK(hear(client) == "STARTTLS");
        // what is smuggled in behind the reply must not count as said within TLS
        say(client, "220 go ahead\r\n221 smuggled\r\n");
        serve_tls(client, identity, [](SSL* tls) {
            CHECK(hear(tls) == "QUIT\r\n");
            ::SSL_write(tls, "221 bye\r\n", 9);
        });
    });
    SmtpPeer peer;
    try {
        peer = probe_smtp(server.port(), AskTls::IfOffered, soon());
    } catch (const Error& error) {
        FAIL(error.what());
    }
    REQUIRE(peer.tls);
    CHECK(peer.tls->fingerprint == identity.fingerprint());
    CHECK(peer.tls->protocol == "TLSv1.3");
    CHECK(peer.tls->subject == "CN=mail.example.test");
    CHECK(peer.tls->not_after == "20400102030405Z");
}

TEST_CASE("TLS before the greeting, where the port says so") {
    const Identity identity;
    const Server server([&](int client) {
        serve_tls(client, identity, [](SSL* tls) {
            ::SSL_write(tls, "220 within\r\n", 12);
            CHECK(hear(tls) == "EHLO localhost\r\n");
            ::SSL_write(tls, "250 x\r\n", 7);
            CHECK(hear(tls) == "QUIT\r\n");
        });
    });
    DaemonPort port = server.port();
    port.smtps = true;
    const SmtpPeer peer = probe_smtp(port, AskTls::Never, soon());
    CHECK(peer.greeting == "within");
    REQUIRE(peer.tls);
    CHECK(peer.tls->fingerprint == identity.fingerprint());
}

TEST_CASE("a daemon that offers TLS and cannot speak it is told so") {
    const auto offers = [](const std::string& answer, const std::string& then) {
        return [answer, then](int client) {
            say(client, "220 x\r\n");
            hear(client);
            say(client, "250-x\r\n250 STARTTLS\r\n");
            hear(client);
            say(client, answer);
            char octet = 0;
            ::recv(client, &octet, 1, 0);  // the handshake begins
            say(client, then);
        };
    };
    CHECK(failure(Server(offers("454 4.3.3 TLS not available\r\n", "")), AskTls::IfOffered) ==
          "answers STARTTLS with '454 4.3.3 TLS not available'");
    CHECK(failure(Server(offers("220 go\r\n", "this is no TLS at all\r\n")), AskTls::IfOffered)
              .starts_with("fails in its TLS handshake: "));
}

TEST_CASE("where the .cf promises TLS, a daemon without it is no proof") {
    const std::string promise = "O ServerCertFile=/etc/mail/tls/c.pem\nO ServerKeyFile=/etc/mail/tls/k.pem\n";
    CHECK(promises_tls(promise));
    CHECK_FALSE(promises_tls("O ServerCertFile=/etc/mail/tls/c.pem\n#O ServerKeyFile=/k\n"));
    {
        const Server server(plain("250-x\r\n250 HELP\r\n"));
        CHECK(prove_smtp(server.cf(), soon()).size() == 1);
    }
    {
        const Server server(plain("250-x\r\n250 HELP\r\n"));
        try {
            prove_smtp(server.cf() + promise, soon());
            FAIL("it was taken for a proof");
        } catch (const Error& error) {
            CHECK(error.code() == Code::MtaFailed);
            CHECK(std::string(error.what()).find("does not offer STARTTLS") != std::string::npos);
            CHECK(std::string(error.what()).find("'/etc/mail/tls/k.pem'") != std::string::npos);
        }
    }
    const Server server(plain("250-x\r\n250 HELP\r\n"));
    std::string cf = server.cf();
    cf.insert(cf.size() - 1, ", M=S");
    CHECK(prove_smtp(cf + promise, soon()).size() == 1);
}

TEST_CASE("a daemon that refuses at first is tried again; an optional port may be silent") {
    std::atomic<int> clients = 0;
    const Server server(
        [&](int client) {
            if (++clients == 1) {
                say(client, "421 too many\r\n");
            } else {
                plain("250 x\r\n")(client);
            }
        },
        2);
    CHECK(prove_smtp(server.cf(), soon()).size() == 1);
    CHECK(clients == 2);
    CHECK(prove_smtp("O DaemonPortOptions=Addr=127.0.0.1, Port=1, M=O\n", soon()).empty());
    CHECK_THROWS_AS(prove_smtp("O DaemonPortOptions=Addr=127.0.0.1, Port=1\n", soon(100ms)), Error);
}

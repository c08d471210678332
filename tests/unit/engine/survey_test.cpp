// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What a Setup finds on a machine, told from a directory tree; and the certificate that it makes.
#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/auth_packages.hpp"
#include "base/descriptor.hpp"
#include "engine/certificate_facts.hpp"
#include "engine/make_certificate.hpp"
#include "engine/survey.hpp"

using namespace mailstack;
namespace fs = std::filesystem;

namespace {

/// A machine's tree, gone at the end.
class Tree {
  public:
    Tree() {
        std::string name = (fs::temp_directory_path() / "survey-XXXXXX").string();
        layout.root = ::mkdtemp(name.data());
    }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;
    ~Tree() { fs::remove_all(layout.root); }

    void put(const std::string& path, const std::string& text = "", mode_t mode = 0644) const {
        fs::create_directories(fs::path(layout.root + path).parent_path());
        std::ofstream(layout.root + path, std::ios::binary) << text;
        ::chmod((layout.root + path).c_str(), mode);
    }
    /// As the transaction makes it.
    void put(const ProvidedFile& file) const {
        put(file.path.substr(layout.root.size()), file.bytes, file.mode);
    }
    void put(const Survey& found) const {
        for (const auto& file : found.files) {
            put(*file);
        }
    }
    void name_in_cf(const TlsFiles& tls) const {
        put("/etc/mail/sendmail.cf",
            "V10/Berkeley\nO CACertFile=" + tls.ca + "\nO CACertPath=" + tls.ca_directory +
                "\nO ServerCertFile=" + tls.certificate + "\nO ServerKeyFile=" + tls.key + "\n");
    }
    Survey look(const char* domain = "example.test") const {
        return survey(layout, Domain(domain), "host.example.org");
    }

    Layout layout;
};

void install_auth(const Tree& tree) {
    tree.put("/usr/sbin/saslauthd", "", 0755);
    tree.put("/usr/lib/x86_64-linux-gnu/sasl2/libplain.so.2");
}

std::unique_ptr<X509, void (*)(X509*)> parsed(const std::string& pem) {
    const std::unique_ptr<BIO, int (*)(BIO*)> bio(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                  ::BIO_free);
    return {::PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), ::X509_free};
}

bool is_named(X509* certificate, const std::string& name) {
    return ::X509_check_host(certificate, name.data(), name.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                             nullptr) == 1;
}

ProvidedFiles self_signed_files(const std::vector<Domain>& names, const std::string& certificate,
                                const std::string& key) {
    const PrivateKey made = new_key(KeyKind::EcdsaP256);
    return pair_files(self_signed(made, names, std::time(nullptr), longest_days), made, {certificate, key},
                      Origin::Here);
}

bool belong_together(const std::string& certificate, const std::string& key) {
    return certificate_facts({certificate, key}).usable();
}

bool is_for(const std::string& certificate, const std::vector<Domain>& names) {
    return mailstack::is_for(*certificate_facts({certificate, ""}).certificate, names);
}

std::string serial_of(const X509* certificate) {
    const ASN1_INTEGER* const serial = ::X509_get0_serialNumber(certificate);
    return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(serial)),
            static_cast<std::size_t>(::ASN1_STRING_length(serial))};
}

}  // namespace

TEST_CASE("a certificate of one's own: its names, its key, its dates, its kind") {
    const Tree tree;
    const auto files = self_signed_files({Domain("example.test"), Domain("mail.example.test")},
                                         tree.layout.root + "/x.crt", tree.layout.root + "/x.key");
    REQUIRE(files.size() == 2);
    CHECK(files[0]->mode == 0600);
    CHECK(files[0]->bytes.starts_with("-----BEGIN PRIVATE KEY-----"));
    CHECK(files[1]->mode == 0644);
    CHECK(files[1]->bytes.find("PRIVATE") == std::string::npos);

    const auto certificate = parsed(files[1]->bytes);
    REQUIRE(certificate);
    CHECK(is_named(certificate.get(), "example.test"));
    CHECK(is_named(certificate.get(), "mail.example.test"));
    CHECK(!is_named(certificate.get(), "other.test"));
    CHECK(::X509_verify(certificate.get(), ::X509_get0_pubkey(certificate.get())) == 1);
    CHECK(::EVP_PKEY_is_a(::X509_get0_pubkey(certificate.get()), "EC") == 1);
    CHECK(::EVP_PKEY_get_bits(::X509_get0_pubkey(certificate.get())) == 256);
    CHECK(::X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_SERVER, 0) == 1);
    CHECK(::X509_check_ca(certificate.get()) == 0);
    CHECK(::X509_cmp_current_time(::X509_get0_notBefore(certificate.get())) < 0);
    int days = 0, seconds = 0;
    CHECK(::ASN1_TIME_diff(&days, &seconds, ::X509_get0_notBefore(certificate.get()),
                           ::X509_get0_notAfter(certificate.get())) == 1);
    CHECK(days == 824);

    for (const auto& file : files) {
        tree.put(*file);
    }
    CHECK(belong_together(files[1]->path, files[0]->path));
    CHECK(is_for(files[1]->path, {Domain("mail.example.test")}));
    CHECK(!is_for(files[1]->path, {Domain("example.test"), Domain("other.test")}));

    const auto others = self_signed_files({Domain("example.test")}, "/y.crt", tree.layout.root + "/y.key");
    tree.put(*others[0]);
    CHECK(!belong_together(files[1]->path, others[0]->path));
    CHECK(!belong_together(files[0]->path, files[1]->path));
    CHECK(!belong_together("/nowhere", files[0]->path));
    CHECK(serial_of(parsed(others[1]->bytes).get()) != serial_of(certificate.get()));
}

TEST_CASE("a name too long for a subject stands among the alternative names alone") {
    const std::string label(60, 'a');
    const Domain name(label + "." + label + ".test");
    const auto certificate = parsed(self_signed_files({name}, "/x.crt", "/x.key")[1]->bytes);
    CHECK(is_named(certificate.get(), name.text()));
    CHECK(::X509_NAME_entry_count(::X509_get_subject_name(certificate.get())) == 0);
    const int place = ::X509_get_ext_by_NID(certificate.get(), NID_subject_alt_name, -1);
    CHECK(::X509_EXTENSION_get_critical(::X509_get_ext(certificate.get(), place)) == 1);
}

TEST_CASE(
    "an empty machine: a new certificate for its names, nothing for AUTH, and which packages are missing") {
    const Tree tree;
    const Survey found = tree.look();
    CHECK(!found.installed.debian);
    CHECK(!found.installed.procmail);
    CHECK(found.installed.services.empty());
    CHECK(found.tls.certificate == tree.layout.tls() + "/example.test.crt");
    CHECK(found.tls.key == tree.layout.tls() + "/example.test.key");
    CHECK(found.tls.ca == found.tls.certificate);
    CHECK(found.tls.ca_directory == tree.layout.tls());
    REQUIRE(found.files.size() == 2);
    const auto certificate = parsed(found.files[1]->bytes);
    for (const char* const name : {"example.test", "mail.example.test", "host.example.org"}) {
        CHECK_MESSAGE(is_named(certificate.get(), name), name);
    }
    CHECK(missing_auth_packages(tree.layout.root) ==
          std::vector<std::string>{"sasl2-bin", "libsasl2-modules"});
}

TEST_CASE("a second look finds what the first one made, and makes nothing") {
    const Tree tree;
    const Survey first = tree.look();
    tree.put(first);
    tree.name_in_cf(first.tls);
    const Survey second = tree.look();
    CHECK(second.files.empty());
    CHECK(second.tls.certificate == first.tls.certificate);
    CHECK(second.tls.key == first.tls.key);
    CHECK(second.tls.ca == first.tls.ca);
    CHECK(second.tls.ca_directory == first.tls.ca_directory);
    // Also where sendmail.cf was lost.
    fs::remove(tree.layout.sendmail_cf());
    CHECK(tree.look().files.empty());
}

TEST_CASE("our certificate of another domain is not for this one; half a pair is never completed") {
    const Tree tree;
    const Survey first = tree.look();
    tree.put(first);
    tree.name_in_cf(first.tls);
    const Survey other = tree.look("other.test");
    CHECK(other.tls.certificate == tree.layout.tls() + "/other.test.crt");
    CHECK(other.tls.ca == other.tls.certificate);
    CHECK(other.files.size() == 2);

    fs::remove(first.tls.key);
    const Survey again = tree.look();
    CHECK(again.tls.certificate == tree.layout.tls() + "/example.test.2.crt");
    CHECK(again.files.size() == 2);
}

TEST_CASE(
    "somebody's own certificate stays, through links and for whatever names, unless its key is another's") {
    const Tree tree;
    const auto files = self_signed_files({Domain("elsewhere.test")}, tree.layout.root + "/etc/live/chain.pem",
                                         tree.layout.root + "/etc/live/private.pem");
    tree.put(*files[0]);
    tree.put(*files[1]);
    fs::create_symlink("chain.pem", tree.layout.root + "/etc/live/link.pem");
    tree.put("/etc/ssl/certs/README");
    TlsFiles own{"", "", tree.layout.root + "/etc/live/link.pem", files[0]->path};
    tree.name_in_cf(own);
    const Survey found = tree.look();
    CHECK(found.files.empty());
    CHECK(found.tls.certificate == own.certificate);
    CHECK(found.tls.key == own.key);
    CHECK(found.tls.ca == own.certificate);
    CHECK(found.tls.ca_directory == tree.layout.etc() + "/ssl/certs");

    tree.put(*self_signed_files({Domain("elsewhere.test")}, "", files[0]->path)[0]);  // another key
    CHECK(tree.look().tls.certificate == tree.layout.tls() + "/example.test.crt");
}

TEST_CASE("AUTH: Sendmail.conf is provided where all else is there, and somebody's own is not touched") {
    const Tree tree;
    install_auth(tree);
    const Survey found = tree.look();
    CHECK(found.installed.services == std::vector<std::string>{"mailstack-saslauthd.service"});
    REQUIRE(found.files.size() == 3);
    CHECK(found.files[2]->path == tree.layout.etc() + "/sasl2/Sendmail.conf");
    CHECK(found.files[2]->bytes.find("pwcheck_method: saslauthd\n") != std::string::npos);
    CHECK(found.files[2]->mode == 0644);
    CHECK(missing_auth_packages(tree.layout.root).empty());

    tree.put("/usr/lib/sasl2/Sendmail.conf", "pwcheck_method: auxprop\n");
    const Survey own = tree.look();
    CHECK(own.files.size() == 2);
    CHECK(own.installed.services.empty());
    tree.put("/usr/lib/sasl2/Sendmail.conf", "pwcheck_method: saslauthd\n");
    CHECK(tree.look().installed.services.size() == 1);

    // Who answers already is not replaced.
    fs::create_directories(tree.layout.root + "/run/saslauthd");
    const Descriptor end(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (tree.layout.root + "/run/saslauthd/mux").copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(end.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    CHECK(tree.look().installed.services.size() == 1);  // a socket that was left behind
    REQUIRE(::listen(end.get(), 1) == 0);
    CHECK(tree.look().installed.services.empty());
}

TEST_CASE("what is installed: m4 files as the .mc names them, Debian's includes, procmail") {
    const Tree tree;
    tree.put("/opt/cf/m4/cf.m4");
    tree.put("/opt/cf/ostype/debian.m4");
    tree.put("/usr/bin/procmail", "", 0755);
    tree.put("/etc/mail/tls/starttls.m4", "define(`confCACERT', `/x')dnl\n");
    tree.put("/etc/mail/site.m4", "dnl mine\n");
    const std::string& root = tree.layout.root;
    tree.put("/etc/mail/sendmail.mc", "include(`" + root + "/opt/cf/m4/cf.m4')dnl\nsinclude(`" + root +
                                          "/etc/mail/site.m4')dnl\ninclude(`" + root + "/absent')dnl\n");
    const Installed found = tree.look().installed;
    CHECK(found.cf_directory == root + "/opt/cf");
    CHECK(found.debian);
    CHECK(found.procmail);
    CHECK(found.mail_directory == root + "/etc/mail");
    CHECK(found.includes == std::vector<std::string>{root + "/etc/mail/tls/starttls.m4"});
    REQUIRE(found.included.size() == 2);
    CHECK(found.included[0].text.find("confCACERT") != std::string::npos);
    CHECK(found.included[1].path == root + "/etc/mail/site.m4");
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Facts of real files, certificates and names.
#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>

#include "engine/inspect.hpp"
#include "formats/map.hpp"

using namespace mailstack;

namespace {

struct Directory {
    Directory() {
        std::string name = (std::filesystem::temp_directory_path() / "mailstack-inspect-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() { std::filesystem::remove_all(path); }

    std::string write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path + "/" + name, std::ios::binary) << bytes;
        return path + "/" + name;
    }
    std::string path;
};

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

Key make_key() {
    return {::EVP_EC_gen("P-256"), ::EVP_PKEY_free};
}

/// PEM of what `write` writes to a BIO.
template <typename Write>
std::string pem(const Write& write) {
    const std::unique_ptr<BIO, int (*)(BIO*)> memory(::BIO_new(::BIO_s_mem()), ::BIO_free);
    write(memory.get());
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

std::string pem_of(const Key& key) {
    return pem(
        [&](BIO* out) { ::PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

std::string make_certificate(const Key& key, const char* alternatives, long seconds) {
    const std::unique_ptr<X509, void (*)(X509*)> made(::X509_new(), ::X509_free);
    ::X509_set_version(made.get(), 2);
    ::X509_gmtime_adj(X509_getm_notBefore(made.get()), -1000);
    ::X509_gmtime_adj(X509_getm_notAfter(made.get()), seconds);
    ::X509_set_pubkey(made.get(), key.get());
    X509_NAME* const name = ::X509_get_subject_name(made.get());
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>("mail.example.test"), -1, -1, 0);
    ::X509_set_issuer_name(made.get(), name);
    if (alternatives != nullptr) {
        X509_EXTENSION* const extension =
            ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternatives);
        ::X509_add_ext(made.get(), extension, -1);
        ::X509_EXTENSION_free(extension);
    }
    ::X509_sign(made.get(), key.get(), ::EVP_sha256());
    return pem([&](BIO* out) { ::PEM_write_bio_X509(out, made.get()); });
}

InspectionDeadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

}  // namespace

TEST_CASE("a certificate: names, expiry, fingerprint, and whether the key is its own") {
    const Directory directory;
    const Key key = make_key(), other = make_key();
    const auto certificate =
        directory.write("cert.pem", make_certificate(key, "DNS:a.test,DNS:*.b.test", 86400));
    const auto facts = certificate_facts({certificate, directory.write("key.pem", pem_of(key))});
    CHECK(facts.certificate_failure.empty());
    CHECK(facts.key_failure.empty());
    CHECK(facts.certificate->names == std::vector<std::string>{"a.test", "*.b.test"});
    CHECK(facts.certificate->fingerprint.size() == 64);
    CHECK(facts.key_matches);
    CHECK(std::abs(facts.certificate->not_after - (std::time(nullptr) + 86400)) < 60);
    CHECK_FALSE(certificate_facts({certificate, directory.write("other.pem", pem_of(other))}).key_matches);
    const auto plain = directory.write("plain.pem", make_certificate(key, nullptr, -10));
    CHECK(certificate_facts({plain, ""}).certificate->names == std::vector<std::string>{"mail.example.test"});
    CHECK(certificate_facts({plain, ""}).certificate->not_after < std::time(nullptr));
}

TEST_CASE("a certificate or key that cannot be used has its reason") {
    const Directory directory;
    const auto absent = certificate_facts({directory.path + "/none", directory.path + "/none"});
    CHECK(absent.certificate_failure == "No such file or directory");
    CHECK(absent.key_failure == "No such file or directory");
    CHECK(absent.key_matches);
    const auto rubbish = directory.write("rubbish", "-----BEGIN CERTIFICATE-----\nxx\n");
    CHECK(certificate_facts({rubbish, rubbish}).certificate_failure.find("no certificate") !=
          std::string::npos);
    CHECK(certificate_facts({rubbish, rubbish}).key_failure.find("no key") != std::string::npos);
    const Key key = make_key();
    const auto locked = directory.write(
        "locked", pem([&](BIO* out) {
            ::PEM_write_bio_PrivateKey(out, key.get(), ::EVP_aes_128_cbc(),
                                       reinterpret_cast<const unsigned char*>("secret"), 6, nullptr, nullptr);
        }));
    CHECK(certificate_facts({"", locked}).key_failure.find("without a password") != std::string::npos);
}

TEST_CASE("a map is compared with its text: keys that are missing, more, or hold something else") {
    const Directory directory;
    const auto inspected = [&](const std::string& text, const std::string& map_text) {
        AliasSource source;
        source.text_path = directory.write("aliases", text);
        source.file = AliasFile::parse(text);
        const AliasFile made = AliasFile::parse(map_text);
        source.map_path = directory.write(
            "aliases.db", build_alias_map([&](const MapVisitor& visit) { made.each(visit); }));
        source.map_identity = {.device = 1, .inode = 1, .size = 1, .mtime = 1};
        Inspection inspection;
        inspection.snapshot.configuration.aliases = {source};
        inspect_maps(inspection, soon());
        REQUIRE(inspection.maps.size() == 1);
        return inspection.maps[0];
    };
    CHECK(inspected("a: b\nc: d\n", "a: b\nc: d\n").keys.empty());
    CHECK(inspected("a: b\nc: d\n", "a: b\nc: d\n").compared);
    CHECK(inspected("a: b\nc: d\n", "a: b\n").keys == std::vector<std::string>{"c"});
    CHECK(inspected("a: b\n", "a: b\nc: d\n").keys == std::vector<std::string>{"c"});
    CHECK(inspected("a: b\n", "a: x\n").keys == std::vector<std::string>{"a"});
}

TEST_CASE("a map that is none, or is not read in time, is no silence") {
    const Directory directory;
    TableSource source;
    source.text_path = directory.write("access", "a OK\n");
    source.map_path = directory.write("access.db", "no map at all");
    source.map_identity = {.device = 1, .inode = 1, .size = 1, .mtime = 1};
    Inspection inspection;
    inspection.snapshot.configuration.tables = {source};
    inspect_maps(inspection, soon());
    inspect_maps(inspection, std::chrono::steady_clock::now() - std::chrono::seconds(1));
    REQUIRE(inspection.maps.size() == 2);
    CHECK_FALSE(inspection.maps[0].failure.empty());
    CHECK_FALSE(inspection.maps[1].compared);
    CHECK(inspection.maps[1].failure.empty());
}

TEST_CASE("names are looked up within a time limit") {
    const auto facts = resolve_names({"localhost", "mailstack-none.invalid"}, soon());
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].state == NameFacts::State::Resolves);
    CHECK(facts[1].state != NameFacts::State::Resolves);
    // With no time left nobody is waited for.
    const auto begin = std::chrono::steady_clock::now();
    CHECK(resolve_names({"localhost", "mailstack-none.invalid"}, begin).size() == 2);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
}

TEST_CASE("a port that does not greet has its reason; without time it is not asked") {
    const std::string cf =
        "O DaemonPortOptions=Name=A, Addr=127.0.0.1, Port=1\nO DaemonPortOptions=Family=unix, Name=B\n";
    const auto facts = probe_ports(cf, std::chrono::steady_clock::now() + std::chrono::seconds(5));
    REQUIRE(facts.size() == 2);
    CHECK(facts[0].asked);
    CHECK_FALSE(facts[0].peer);
    CHECK_FALSE(facts[0].failure.empty());
    CHECK_FALSE(facts[1].asked);
    CHECK_FALSE(probe_ports(cf, std::chrono::steady_clock::now())[0].asked);
}

TEST_CASE("owner, mode and kind of files, and of their directories") {
    const Directory directory;
    const auto path = directory.write("text", "x");
    ::chmod(path.c_str(), 0640);
    Inspection inspection;
    inspection.cf_path = path;
    inspection.mc_path = directory.path + "/none";
    inspect_files(inspection);
    CHECK(inspection.file(path).exists);
    CHECK(inspection.file(path).mode == 0640);
    CHECK(inspection.file(path).owner == ::geteuid());
    CHECK(inspection.file(directory.path).directory);
    CHECK_FALSE(inspection.file(inspection.mc_path).exists);
    CHECK_FALSE(inspection.file("/never/looked/at").exists);
}

TEST_CASE("without sendmail, or with none that could be asked, that is a fact") {
    Inspection inspection;
    inspection.cf_path = "/nonexistent/sendmail.cf";
    CHECK(ask_sendmail(inspection, "/nonexistent/sendmail", soon()).failure.find("cannot be run") !=
          std::string::npos);
    const SendmailFacts odd = ask_sendmail(inspection, "/bin/true", soon());
    CHECK_FALSE((odd.rejects + odd.failure).empty());
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Certificates and keys in real files, as sendmail would read them.
#include "engine/certificate_facts.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "../model/certificate_maker.hpp"
#include "temporary_directory.hpp"

using namespace mailstack;
using test::Directory;

namespace {

bool has(const std::string& text, std::string_view words) {
    CAPTURE(text);
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a pair of files: names, dates, fingerprint, and whether the key is the certificate's") {
    const Directory directory;
    const auto leaf = maker::leaf({.common = "x", .names = {"a.test", "*.b.test"}});
    const auto certificate = directory.write("cert.pem", leaf.pem());
    const auto key = directory.write("key.pem", leaf.key_pem());
    const auto facts = certificate_facts({certificate, key});
    CHECK(facts.usable());
    CHECK(facts.certificate_failure.empty());
    CHECK(facts.key_failure.empty());
    CHECK(facts.certificate->names == std::vector<std::string>{"a.test", "*.b.test"});
    CHECK(facts.certificate->fingerprint == CertificateChain::parse(leaf.pem()).leaf().fingerprint);
    CHECK(facts.certificate->not_after == 2209086245);
    CHECK(facts.key_matches);
    CHECK(!facts.made_here);
    const auto other =
        certificate_facts({certificate, directory.write("other.pem", maker::pem(maker::ecdsa()))});
    CHECK(!other.key_matches);
    CHECK(!other.usable());
    const auto plain =
        directory.write("plain.pem", maker::leaf({.common = "Mail.example.test", .names = {}}).pem());
    CHECK(certificate_facts({plain, ""}).certificate->names == std::vector<std::string>{"mail.example.test"});
}

TEST_CASE("what sendmail passes over in the files is passed over") {
    const Directory directory;
    const auto leaf = maker::leaf();
    // Several people have all in one file, and name it twice.
    const auto both = directory.write("both.pem", leaf.pem() + maker::root().pem() + leaf.key_pem());
    CHECK(certificate_facts({both, both}).usable());
    std::filesystem::create_symlink("both.pem", directory.path + "/link");
    CHECK(certificate_facts({directory.path + "/link", directory.path + "/link"}).usable());
    // It serves what mailstack would not install.
    const auto edwards = maker::leaf({.key = maker::ed25519(), .digest = nullptr});
    const auto odd = directory.write("odd.pem", edwards.pem() + edwards.key_pem());
    CHECK(certificate_facts({odd, odd}).usable());
    const auto ours = directory.write("ours.pem", std::string(made_here) + leaf.pem());
    CHECK(certificate_facts({ours, both}).made_here);
    CHECK(certificate_facts({ours, both}).usable());
}

TEST_CASE("a certificate or key that cannot be used has its reason") {
    const Directory directory;
    const auto absent = certificate_facts({directory.path + "/none", directory.path + "/none"});
    CHECK(absent.certificate_failure == "No such file or directory");
    CHECK(absent.key_failure == "No such file or directory");
    CHECK(absent.key_matches);
    CHECK(!absent.usable());
    const auto rubbish = directory.write("rubbish", "-----BEGIN CERTIFICATE-----\nxxxx\n");
    CHECK(has(certificate_facts({rubbish, rubbish}).certificate_failure, "line 2: the block is cut off"));
    CHECK(has(certificate_facts({rubbish, rubbish}).key_failure, "here is a certificate;"));
    const auto leaf = maker::leaf();
    const auto locked = directory.write("locked", maker::pem(leaf.key, "secret"));
    CHECK(has(certificate_facts({"", locked}).key_failure, "has a passphrase"));
    const auto der = directory.write("der", leaf.der());
    CHECK(has(certificate_facts({der, ""}).certificate_failure, "a certificate in DER"));
    // Two alternatives for the names: nobody trusts such a certificate.
    maker::extend(leaf.certificate.get(), NID_subject_alt_name, "DNS:evil.test");
    const auto twice = directory.write("twice", leaf.pem());
    CHECK(has(certificate_facts({twice, ""}).certificate_failure, "one of its extensions"));
    CHECK(!certificate_facts({twice, ""}).certificate);
}

TEST_CASE("nobody waits for what is no file") {
    const Directory directory;
    const std::string pipe = directory.path + "/pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    for (const auto& path : {pipe, directory.path, std::string("/dev/zero"), directory.write("empty", "")}) {
        CAPTURE(path);
        const auto facts = certificate_facts({path, path});
        CHECK(has(facts.certificate_failure, "empty, or too large, or no file"));
        CHECK(has(facts.key_failure, "empty, or too large, or no file"));
    }
}

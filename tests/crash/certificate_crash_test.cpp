// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A new certificate: two files, and where they are new sendmail.mc and the .cf made of it.
#include <doctest/doctest.h>

#include <ctime>

#include "all_or_nothing.hpp"
#include "engine/certificate_expiry.hpp"
#include "engine/certificate_files.hpp"
#include "engine/make_certificate.hpp"
#include "engine/request_keys.hpp"

using namespace mailstack;
using namespace mailstack::test;

namespace {

const std::string name = "mail.example.test";
const PairPaths ours{"/etc/mailstack/tls/server.crt", "/etc/mailstack/tls/server.key"};
const PairPaths theirs{"/etc/theirs/server.crt", "/etc/theirs/server.key"};
const PairPaths made{"/etc/mailstack/tls/" + name + ".crt", "/etc/mailstack/tls/" + name + ".key"};

std::string mc_naming(const PairPaths& paths) {
    return "dnl mine\nFEATURE(`access_db')dnl\nFEATURE(`use_cw_file')dnl\ndefine(`confCACERT_PATH', "
           "`/etc/ssl/certs')dnl\ndefine(`confCACERT', `" +
           paths.certificate + "')dnl\ndefine(`confSERVER_CERT', `" + paths.certificate +
           "')dnl\ndefine(`confSERVER_KEY', `" + paths.key + "')dnl\n";
}

CertificateChain certificate_for(const PrivateKey& key) {
    return self_signed(key, {Domain(name)}, std::time(nullptr), longest_days);
}

const PrivateKey& old_key() {
    static const PrivateKey key = new_key(KeyKind::EcdsaP256);
    return key;
}
const PrivateKey& other_key() {
    static const PrivateKey key = new_key(KeyKind::EcdsaP256);
    return key;
}
const CertificateChain& old_chain() {
    static const CertificateChain chain = certificate_for(old_key());
    return chain;
}
const CertificateChain& other_chain() {
    static const CertificateChain chain = certificate_for(other_key());
    return chain;
}

std::unique_ptr<ModelDisk> disk_naming(const PairPaths& paths) {
    auto disk = disk_with_mc(mc_naming(paths));
    disk->put("/etc/mail/local-host-names", name + "\n");
    for (const auto& file : pair_files(old_chain(), old_key(), paths, Origin::Here)) {
        disk->put(file->path, file->bytes);
    }
    disk->put(request_key_file(layout.requests(), other_key())->path, other_key().pem());
    disk->settle();
    return disk;
}

Picture picture(ModelDisk& disk) {
    Picture all;
    for (const PairPaths& paths : {ours, theirs, made}) {
        all[paths.certificate] = text_or_empty(disk, paths.certificate);
        all[paths.key] = text_or_empty(disk, paths.key);
    }
    for (const std::string& path : {mc_path, cf_path, layout.expiry_warned()}) {
        all[path] = text_or_empty(disk, path);
    }
    return all;
}

/// What sendmail.cf names is a pair that belongs together; and where it was not our key that came, the one
/// that waited for its certificate is there.
void check_pair(ModelDisk& disk) {
    const PairPaths named = named_pair(disk.read(cf_path).bytes);
    const auto chain = CertificateChain::parse(disk.read(named.certificate).bytes);
    const auto key = PrivateKey::parse(disk.read(named.key).bytes);
    require_key(chain, key);
    if (key.public_fingerprint() == old_key().public_fingerprint()) {
        REQUIRE(request_key(layout.requests(), disk, other_key().public_fingerprint()).has_value());
    }
}

/// No record, and nothing else that stays, holds a key.
void check_secrecy(ModelDisk& disk) {
    const std::string inside = other_key().pem().substr(60, 40);
    for (const std::string& path : {layout.record(), layout.history()}) {
        for (const std::string& one : disk.names(path)) {
            REQUIRE(disk.read(path + '/' + one).bytes.find(inside) == std::string::npos);
        }
    }
}

void check_whole(ModelDisk& disk) {
    check_pair(disk);
    check_secrecy(disk);
}

Change installation(bool with_key) {
    return InstallCertificate{.chain = other_chain(),
                              .key = with_key ? std::optional(other_key()) : std::nullopt,
                              .now = std::time(nullptr)};
}

struct Scenario {
    std::string title;
    PairPaths before;
    Change change;
};

std::vector<Scenario> scenarios() {
    return {{"in place of our own", ours, installation(true)},
            {"with the key of a request", ours, installation(false)},
            {"instead of another's", theirs, installation(true)}};
}

Subject subject(const Scenario& scenario) {
    return {.prepared = [&scenario] { return disk_naming(scenario.before); },
            .change = scenario.change,
            .picture = picture,
            .check_whole = check_whole};
}

}  // namespace

TEST_CASE("certificates: every crash state of a new one: the old pair or the new, never one of each") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.title);
        CHECK(crash_everywhere(subject(scenario)) > 50);
    }
}

TEST_CASE("certificates: one that is not served, and every crash state of its undo: the old pair") {
    const Scenario scenario = scenarios().back();  // the most files
    const auto disk = disk_naming(scenario.before);
    Engine engine(*disk);
    disk->settle();
    const Picture before = picture(*disk);
    const std::string proof = "prove " + other_chain().leaf().fingerprint;
    engine.mta.fails_at = proof;
    REQUIRE(failure(engine.run({scenario.change}).answers[0]).find("the old configuration is back") !=
            std::string::npos);
    REQUIRE(engine.mta.calls == std::vector<std::string>{"reload", proof, "reload", "prove"});
    REQUIRE(picture(*disk) == before);
    in_every_crash_state(
        *disk, false,
        [&](ModelDisk& recovered, bool /*acknowledged*/) {
            REQUIRE(picture(recovered) == before);
            check_whole(recovered);
        },
        few_of_many);
}

TEST_CASE("certificates: a failing disk at every operation: a clear error, and the old pair") {
    for (const Scenario& scenario : scenarios()) {
        INFO("scenario: ", scenario.title);
        CHECK(fail_everywhere(subject(scenario)) > 0);
    }
}

TEST_CASE("certificates: the note of a warning is the old one or the new") {
    const Change note = expiry_note(layout, other_chain().leaf(), 14);
    const auto prepared = [] {
        auto disk = disk_naming(ours);
        const auto earlier = expiry_note(layout, other_chain().leaf(), 30).note;
        disk->put(earlier->path, earlier->bytes);
        disk->settle();
        return disk;
    };
    const Subject noted{.prepared = prepared, .change = note, .picture = picture, .check_whole = check_whole};
    CHECK(crash_everywhere(noted) > 5);
    CHECK(fail_everywhere(noted) > 0);
}

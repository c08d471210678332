// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/apply_certificate.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "base/file_facts.hpp"
#include "engine/certificate_files.hpp"
#include "engine/derive.hpp"
#include "engine/machine_names.hpp"
#include "engine/make_certificate.hpp"
#include "engine/request_keys.hpp"
#include "engine/setup_mc.hpp"
#include "engine/survey.hpp"
#include "engine/trusted_roots.hpp"
#include "engine/wiped_text.hpp"
#include "formats/cf_options.hpp"
#include "model/certificate_called.hpp"

namespace mailstack {
namespace {

std::vector<std::string> texts_of(const std::vector<Domain>& domains) {
    std::vector<std::string> texts;
    std::transform(domains.begin(), domains.end(), std::back_inserter(texts),
                   [](const Domain& domain) { return domain.text(); });
    return texts;
}

/// A new pair for the machine: at the first place where nothing is.
PairPaths free_place(const Layout& layout, Disk& disk, const std::string& name) {
    constexpr std::size_t longest = 200;  // octets; a file's name has 255 at most
    for (int number = 1;; ++number) {
        const std::string base =
            layout.tls() + '/' + name.substr(0, longest) + (number == 1 ? "" : '.' + std::to_string(number));
        PairPaths paths{base + ".crt", base + ".key"};
        if (!disk.identity(paths.certificate).exists() && !disk.identity(paths.key).exists()) {
            return paths;
        }
    }
}

bool is_ours(const Layout& layout, const PairPaths& paths) {
    return directory_of(paths.certificate) == layout.tls() && directory_of(paths.key) == layout.tls() &&
           paths.certificate != paths.key;
}

/// What sendmail needs besides the pair. It completes the chain that it sends out of the CACertFile, whatever
/// stands behind the first certificate (measured); and a certificate does as its own authority.
McFile with_authorities(McFile mc, const Configuration& before, const Layout& layout, const PairPaths& paths,
                        bool alone) {
    const auto included = included_files(before.mc.file);
    const std::string& cf = before.cf.file.print();
    const std::string file = cf_value(cf, "CACertFile");
    if (file != paths.certificate && (!alone || file.empty() || ::access(file.c_str(), R_OK) != 0)) {
        mc = with_setting(mc, "confCACERT", paths.certificate, included);
    }
    if (cf_value(cf, "CACertPath").empty()) {
        const std::string system = layout.etc() + "/ssl/certs";
        std::error_code none;
        const bool there = std::filesystem::is_directory(system, none);
        mc = with_setting(mc, "confCACERT_PATH", there ? system : layout.tls(), included);
    }
    return mc;
}

McFile with_pair(const Configuration& before, const PairPaths& paths) {
    const auto included = included_files(before.mc.file);
    const McFile mc = with_setting(before.mc.file, "confSERVER_CERT", paths.certificate, included);
    return with_setting(mc, "confSERVER_KEY", paths.key, included);
}

/// sendmail.mc names these, and so does the sendmail.cf made of it.
Configuration naming(const Workshop& workshop, const Configuration& before, const PairPaths& paths,
                     bool alone, ProvidedFiles& files) {
    Configuration after = before;
    McFile mc = named_pair(before.cf.file.print()) == paths ? before.mc.file : with_pair(before, paths);
    after.mc.file = with_authorities(std::move(mc), before, workshop.layout, paths, alone);
    if (after.mc.file.print() == before.mc.file.print()) {
        return before;
    }
    after = with_cf_made(workshop, before, after, HandEdits::Refuse, files);
    const PairPaths named = named_pair(after.cf.file.print());
    if (named != paths) {
        throw Error(Code::Unsupported, before.mc.text_path + " names the certificate " +
                                           quoted(named.certificate) + " whatever confSERVER_CERT is set to");
    }
    return after;
}

/// Those that others need in order to trust the first: without roots, which they have.
std::vector<std::string> to_be_served(const CertificateChain& chain) {
    std::vector<std::string> fingerprints{chain.leaf().fingerprint};
    for (const CertificateDetails& one : chain.details()) {
        if (!one.self_signed && one.fingerprint != fingerprints.front()) {
            fingerprints.push_back(one.fingerprint);
        }
    }
    return fingerprints;
}

/// sendmail takes no key below a directory that others could have changed, and goes on without STARTTLS.
void require_safe_directory(const Layout& layout) {
    const FileFacts facts = file_facts(layout.tls());
    if (facts.exists && (facts.owner != ::geteuid() || (facts.mode & 022U) != 0)) {
        throw Error(Code::UnsafeFile,
                    layout.tls() +
                        " could be changed by others than root: sendmail would go on without "
                        "STARTTLS; root's with the mode 0700 is right");
    }
}

void require_settings(const Configuration& before) {
    if (!before.mc.exists()) {
        throw Error(Code::Unsupported, "there is no " + before.mc.text_path +
                                           " that could name a certificate; Setup writes one");
    }
    if (names_several_pairs(before.cf.file.print())) {
        throw Error(Code::Unsupported,
                    before.mc.text_path +
                        " names several certificates (confSERVER_CERT, with a comma): mailstack manages one; "
                        "leave one there and call Reload");
    }
}

/// The pair's files, and where they are new ones the sendmail.mc and sendmail.cf that name them.
Applied installed(const Workshop& workshop, const Configuration& before, const CertificateChain& chain,
                  const PrivateKey& key, const Domain& name, Origin origin) {
    require_settings(before);
    require_safe_directory(workshop.layout);
    require_nothing_drifted(before, "a new certificate needs a reload");
    Applied applied{.configuration = before, .changed = {}};
    PairPaths paths = named_pair(before.cf.file.print());
    if (!is_ours(workshop.layout, paths)) {
        paths = free_place(workshop.layout, workshop.disk, name.text());
    }
    applied.configuration = naming(workshop, before, paths, chain.size() == 1, applied.files);
    for (auto& file : pair_files(chain, key, paths, origin)) {
        applied.files.push_back(std::move(file));
    }
    applied.certificates = to_be_served(chain);
    return applied;
}

/// Nothing where sendmail.cf names none, or one that is not there.
std::optional<PrivateKey> key_in_use(const Workshop& workshop, const Configuration& before) {
    std::error_code none;
    const auto real = std::filesystem::canonical(named_pair(before.cf.file.print()).key, none);
    if (none) {
        return std::nullopt;
    }
    const WipedText pem(workshop.disk.read(real).bytes);
    return PrivateKey::parse(pem.octets());
}

PrivateKey key_to_keep(const Workshop& workshop, const Configuration& before) {
    auto key = key_in_use(workshop, before);
    if (!key) {
        throw Error(Code::BadKey,
                    "there is no key in use that could be kept: sendmail.cf names none that is there");
    }
    return std::move(*key);
}

/// The machine's names, of which a certificate needs one. Throws NameMismatch where it has none.
std::vector<Domain> own_names(const Configuration& before) {
    auto names = machine_names(before);
    if (names.empty()) {
        throw Error(Code::NameMismatch,
                    "this machine has no name that a certificate could be for: neither sendmail.cf nor "
                    "local-host-names has a domain, as example.org; AddDomain adds one");
    }
    return names;
}

PrivateKey key_for(const Workshop& workshop, const Configuration& before, const InstallCertificate& change) {
    if (change.key) {
        return *change.key;
    }
    const std::string& wanted = change.chain.leaf().public_fingerprint;
    if (auto asked = request_key(workshop.layout.requests(), workshop.disk, wanted)) {
        return std::move(*asked);
    }
    auto present = key_in_use(workshop, before);
    if (!present || present->public_fingerprint() != wanted) {
        throw Error(Code::KeyMismatch,
                    "no key came with " + called(change.chain, 0) +
                        ", and it was made neither for one of CreateRequest's keys nor for the one in use");
    }
    return std::move(*present);
}

Applied rotated(const Workshop& workshop, const Configuration& before, const RotateCertificate& change) {
    const auto own = own_names(before);
    const PrivateKey key = change.key ? *change.key : key_to_keep(workshop, before);
    const CertificateChain chain =
        self_signed(key, change.names.empty() ? own : change.names, change.now, change.days);
    require_name(chain, texts_of(own));
    return installed(workshop, before, chain, key, own.front(), Origin::Here);
}

Applied with_certificate(const Workshop& workshop, const Configuration& before,
                         const InstallCertificate& change) {
    const PrivateKey key = key_for(workshop, before, change);
    const auto own = own_names(before);
    require_serviceable(change.chain, key, texts_of(own), change.now, trusted_roots(before.cf.file.print()));
    return installed(workshop, before, change.chain, key, own.front(), Origin::Elsewhere);
}

}  // namespace

bool is_certificate_change(const Change& change) {
    return std::holds_alternative<RotateCertificate>(change) ||
           std::holds_alternative<InstallCertificate>(change);
}

Applied apply_certificate_change(const Workshop& workshop, const Configuration& before,
                                 const Change& change) {
    if (const auto* const rotation = std::get_if<RotateCertificate>(&change)) {
        return rotated(workshop, before, *rotation);
    }
    return with_certificate(workshop, before, std::get<InstallCertificate>(change));
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/survey.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>

#include "base/auth_packages.hpp"
#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "engine/certificate_facts.hpp"
#include "engine/m4.hpp"
#include "engine/make_certificate.hpp"
#include "formats/cf_options.hpp"
#include "formats/mc_file.hpp"

namespace mailstack {
namespace {

constexpr std::string_view cf_m4 = "/m4/cf.m4";

constexpr const char* sasl_settings =
    "# How sendmail checks passwords: saslauthd asks PAM.\n"
    "pwcheck_method: saslauthd\n"
    "mech_list: LOGIN PLAIN\n";

bool is_file(const std::string& path) {
    std::error_code none;
    return std::filesystem::is_regular_file(path, none);
}

bool is_directory(const std::string& path) {
    std::error_code none;
    return std::filesystem::is_directory(path, none);
}

/// A small file, through links as its reader goes; "" where there is none.
std::string text_at(const std::string& path) {
    std::error_code none;
    const auto real = std::filesystem::canonical(path, none);
    return none ? "" : read_if_regular(real);
}

void add_included(std::vector<IncludedFile>& all, const std::string& path) {
    if (!path.ends_with(cf_m4) && is_file(path) &&
        std::none_of(all.begin(), all.end(), [&](const IncludedFile& one) { return one.path == path; })) {
        all.push_back({path, text_at(path)});
    }
}

Installed installed_here(const Layout& layout) {
    const McFile mc = McFile::parse(text_at(layout.sendmail_mc()));
    Installed installed;
    installed.cf_directory = find_cf_directory(mc);
    installed.mail_directory = layout.etc() + "/mail";
    installed.debian =
        !installed.cf_directory.empty() && is_file(installed.cf_directory + "/ostype/debian.m4");
    installed.procmail = ::access((layout.root + "/usr/bin/procmail").c_str(), X_OK) == 0;
    for (const char* const path : {"/mail/tls/starttls.m4", "/mail/sasl/sasl.m4"}) {
        if (is_file(layout.etc() + path)) {
            installed.includes.push_back(layout.etc() + path);
            add_included(installed.included, installed.includes.back());
        }
    }
    for (const IncludedFile& one : included_files(mc)) {
        add_included(installed.included, one.path);
    }
    return installed;
}

/// Whether somebody answers at saslauthd's socket: a saslauthd of the administrator's, or ours.
bool saslauthd_answers(const std::string& root) {
    const std::string path = root + "/run/saslauthd/mux";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return false;
    }
    path.copy(address.sun_path, path.size());
    const Descriptor end(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return end && (::connect(end.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
                   errno == EAGAIN);
}

std::vector<std::string> password_source(const Layout& layout) {
    return saslauthd_answers(layout.root) ? std::vector<std::string>{}
                                          : std::vector<std::string>{"mailstack-saslauthd.service"};
}

void find_auth(const Layout& layout, Survey& found) {
    constexpr const char* settings = "Sendmail.conf";
    if (!missing_auth_packages(layout.root).empty()) {
        return;
    }
    if (!has_sasl_file(layout.root, settings)) {
        found.files.push_back(
            std::make_shared<const ProvidedFile>(layout.etc() + "/sasl2/" + settings, sasl_settings, 0644));
        found.installed.services = password_source(layout);
        return;
    }
    for (const std::string& directory : sasl_directories(layout.root)) {
        if (text_at(directory + "/" + settings).find("saslauthd") != std::string::npos) {
            found.installed.services = password_source(layout);
        }
    }
}

std::vector<Domain> names_for(const Domain& domain, const std::string& host_name) {
    std::vector<Domain> names{domain, Domain("mail." + domain.text())};
    if (host_name.find('.') != std::string::npos && why_no_domain(host_name).empty()) {
        const Domain host(host_name);
        if (std::none_of(names.begin(), names.end(),
                         [&](const Domain& name) { return name.text() == host.text(); })) {
            names.push_back(host);
        }
    }
    return names;
}

/// The domain, and the host of its mail.
std::vector<Domain> wanted_names(const std::vector<Domain>& names) {
    return {names.begin(), names.begin() + 2};
}

bool serves(const CertificateFacts& facts, const std::vector<Domain>& names) {
    return facts.usable() && is_for(*facts.certificate, names);
}

/// Our own for the domain: the first pair that is whole, else the first place where nothing is.
PairPaths own_pair(const Layout& layout, const Domain& domain, const std::vector<Domain>& names) {
    const auto wanted = wanted_names(names);
    for (int number = 1;; ++number) {
        const std::string base =
            layout.tls() + "/" + domain.text() + (number == 1 ? "" : "." + std::to_string(number));
        const PairPaths pair{base + ".crt", base + ".key"};
        std::error_code none;
        const auto absent = [&](const std::string& path) {
            return !std::filesystem::exists(std::filesystem::symlink_status(path, none));
        };
        if ((absent(pair.certificate) && absent(pair.key)) || serves(certificate_facts(pair), wanted)) {
            return pair;
        }
    }
}

void find_tls(const Layout& layout, const Domain& domain, const std::string& host_name, Survey& found) {
    const std::string cf = text_at(layout.sendmail_cf());
    const auto names = names_for(domain, host_name);
    // The .mc is the source: it may have been edited since the .cf was made of it.
    const McFile mc = McFile::parse(text_at(layout.sendmail_mc()));
    const auto chosen = [&](const char* define, std::string_view option) {
        const auto in_mc = mc.defined(define);
        return in_mc && in_mc->literal ? in_mc->value : cf_value(cf, option);
    };
    const PairPaths named{chosen("confSERVER_CERT", "ServerCertFile"),
                          chosen("confSERVER_KEY", "ServerKeyFile")};
    const PairPaths pair = first_pair(named);
    const bool ours = pair.certificate.starts_with(layout.tls() + "/");
    const bool kept = serves(certificate_facts(pair), ours ? wanted_names(names) : std::vector<Domain>{});
    if (kept) {
        found.tls.certificate = named.certificate;
        found.tls.key = named.key;
    } else {
        const PairPaths own = own_pair(layout, domain, names);
        found.tls.certificate = own.certificate;
        found.tls.key = own.key;
        if (!is_file(own.certificate)) {
            const PrivateKey key = new_key(KeyKind::EcdsaP256);
            const CertificateChain chain = self_signed(key, names, std::time(nullptr), longest_days);
            for (auto& file : pair_files(chain, key, own, Origin::Here)) {
                found.files.push_back(std::move(file));
            }
        }
    }
    const auto ca = chosen("confCACERT", "CACertFile"), directory = chosen("confCACERT_PATH", "CACertPath");
    const std::string system = layout.etc() + "/ssl/certs";
    found.tls.ca = is_file(ca) && (kept || !ca.starts_with(layout.tls() + "/"))
                       ? ca
                       : first_pair({found.tls.certificate, ""}).certificate;
    found.tls.ca_directory = is_directory(directory) ? directory
                             : is_directory(system)
                                 ? system
                                 : std::filesystem::path(found.tls.ca).parent_path().string();
}

}  // namespace

std::vector<IncludedFile> included_files(const McFile& mc) {
    std::vector<IncludedFile> all;
    for (const McInclude& include : mc.includes()) {
        add_included(all, include.path);
    }
    return all;
}

Survey survey(const Layout& layout, const Domain& domain, const std::string& host_name) {
    Survey found;
    found.installed = installed_here(layout);
    find_tls(layout, domain, host_name, found);
    find_auth(layout, found);
    return found;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/outside_files.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/certificate_facts.hpp"
#include "engine/smtp_probe.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

/// "rsa.pem,ec.pem" (sendmail 8.15 and later)
std::vector<std::string> files_of(std::string list) {
    std::vector<std::string> files;
    for (std::string_view rest = list; !rest.empty();) {
        const auto comma = rest.find(',');
        files.emplace_back(trimmed(rest.substr(0, comma)));
        rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    }
    return files;
}

std::string octal(mode_t mode) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777U));
    return text.data();
}

std::string name_of(uid_t user) {
    const passwd* const found = ::getpwuid(user);
    return found == nullptr ? std::to_string(user) : found->pw_name;
}

struct stat look(const std::string& path, const char* option) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) {
        throw Error(Code::InvalidConfiguration,
                    quoted(path) + ", which sendmail.cf names (" + option +
                        "), is not there or is no file: sendmail would go on without STARTTLS");
    }
    return found;
}

bool is_trusted(uid_t owner, const std::string& trusted_user) {
    if (owner == 0) {
        return true;
    }
    const passwd* const trusted = trusted_user.empty() ? nullptr : ::getpwnam(trusted_user.c_str());
    return trusted != nullptr && trusted->pw_uid == owner;
}

void require_key(const std::string& path, std::string_view cf) {
    const auto found = look(path, "ServerKeyFile");
    if (!is_trusted(found.st_uid, cf_value(cf, "TrustedUser"))) {
        throw Error(Code::InvalidConfiguration,
                    "the key " + quoted(path) + " belongs to " + name_of(found.st_uid) +
                        ": sendmail takes one of root's alone, and would go on without STARTTLS");
    }
    const bool group_reads =
        fold_case(cf_value(cf, "DontBlameSendmail")).find("groupreadablekeyfile") != std::string::npos;
    if ((found.st_mode & (group_reads ? 037U : 077U)) != 0) {
        throw Error(Code::InvalidConfiguration, "the key " + quoted(path) + " has the mode " +
                                                    octal(found.st_mode) +
                                                    ": sendmail takes none that others can read or change, "
                                                    "and would go on without STARTTLS; 0600 "
                                                    "is right");
    }
}

void require_certificate(const std::string& path) {
    const auto found = look(path, "ServerCertFile");
    if ((found.st_mode & 022U) != 0) {
        throw Error(
            Code::InvalidConfiguration,
            "the certificate " + quoted(path) + " has the mode " + octal(found.st_mode) +
                ": sendmail takes none that others can change, and would go on without STARTTLS; 0644 is "
                "right");
    }
}

void require_authority(std::string_view cf, const std::vector<std::string>& to_come) {
    if (!names_authorities(cf, to_come)) {
        throw Error(
            Code::InvalidConfiguration,
            "sendmail.cf names a certificate, but not both a CACertPath and a CACertFile that can be read: "
            "sendmail would go on without STARTTLS (define confCACERT_PATH, and confCACERT, for which the "
            "certificate itself will do)");
    }
}

/// The definition of a mailer with its continuation lines, or nothing.
std::optional<std::string> definition_of(std::string_view cf, std::string_view mailer) {
    const std::string head = "\nM" + std::string(mailer) + ",";
    const auto start = cf.find(head);
    if (start == std::string_view::npos) {
        return std::nullopt;
    }
    auto end = cf.find('\n', start + 1);
    while (end != std::string_view::npos && end + 1 < cf.size() && is_blank(cf[end + 1])) {
        end = cf.find('\n', end + 1);
    }
    return std::string(cf.substr(start, end - start));
}

}  // namespace

void require_tls_files(std::string_view cf, const std::vector<std::string>& to_come) {
    if (!promises_tls(cf)) {
        return;
    }
    const auto certificates = files_of(cf_value(cf, "ServerCertFile")),
               keys = files_of(cf_value(cf, "ServerKeyFile"));
    for (std::size_t i = 0; i < std::min(certificates.size(), keys.size()); ++i) {
        const auto comes = [&](const std::string& path) {
            return std::find(to_come.begin(), to_come.end(), path) != to_come.end();
        };
        if (comes(certificates[i]) || comes(keys[i])) {
            continue;
        }
        require_certificate(certificates[i]);
        require_key(keys[i], cf);
        if (!certificate_facts({certificates[i], keys[i]}).usable()) {
            throw Error(Code::InvalidConfiguration,
                        "the key " + quoted(keys[i]) + " is not that of the certificate " +
                            quoted(certificates[i]) +
                            ", or one of the two is no PEM file: sendmail would go on without STARTTLS");
        }
    }
    require_authority(cf, to_come);
}

void require_mailer_runs(std::string_view cf, std::string_view mailer) {
    const auto definition = definition_of(cf, mailer);
    if (!definition) {
        throw Error(Code::InvalidConfiguration,
                    "mail is sent to the mailer " + quoted(mailer) + ", which sendmail.cf does not define");
    }
    const auto start = definition->find("P=");
    if (start == std::string::npos) {
        return;
    }
    const std::string path =
        definition->substr(start + 2, definition->find_first_of(", \t\n", start) - start - 2);
    if (path.starts_with('/') && ::access(path.c_str(), X_OK) != 0) {
        throw Error(Code::InvalidConfiguration, "mail is given to the program " + quoted(path) + " (mailer " +
                                                    quoted(mailer) +
                                                    "), which is not there or cannot be run");
    }
}

}  // namespace mailstack

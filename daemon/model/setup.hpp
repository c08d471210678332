// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The set-up of a whole mail machine as one value: what is wanted, and what the machine has for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/alias.hpp"
#include "model/delivery.hpp"
#include "model/host.hpp"
#include "model/provided_file.hpp"

namespace mailstack {

/// Where the daemon listens for mail.
enum class Listen {
    Keep,        ///< where sendmail.mc says; everywhere where it says nothing
    Everywhere,  ///< every IPv4 address of the machine (see engine/setup_ports.hpp)
    Loopback,    ///< 127.0.0.1 alone
};

/// A file that sendmail.mc includes, or would.
struct IncludedFile {
    std::string path;
    std::string text;
};

/// What the machine has, found out by engine/survey.
struct Installed {
    std::string cf_directory;                  ///< sendmail's m4 files; "": absent
    std::string mail_directory = "/etc/mail";  ///< where the tables are
    bool debian = false;                       ///< the distribution's own OSTYPE and DOMAIN are there
    bool procmail = false;                     ///< /usr/bin/procmail can be run
    std::vector<std::string> includes;  ///< of Debian's starttls.m4 and sasl.m4 those that exist, absolute
    std::vector<std::string> services;  ///< units that AUTH needs: "mailstack-saslauthd.service"
    std::vector<IncludedFile>
        included;  ///< what the present .mc includes, and `includes`; cf.m4 is not among them
};

/// Which files the .mc is to name for TLS; all absolute, "": whatever it names stays.
struct TlsFiles {
    std::string ca_directory;  ///< confCACERT_PATH
    std::string ca;            ///< confCACERT
    std::string certificate;   ///< confSERVER_CERT
    std::string key;           ///< confSERVER_KEY
};

struct Setup {
    Domain domain;
    AliasName user;  ///< an account: who gets root's mail
    Listen listen = Listen::Keep;
    bool submission = true;  ///< port 587 for mail programs, AUTH over TLS alone; false: none is added
    std::optional<Delivery> delivery{};  ///< where procmail delivers by default; nothing: it stays
    bool replace_cf = false;             ///< a sendmail.cf edited by hand may go (it is kept aside)
    Installed installed{};
    TlsFiles tls{};         ///< where the .mc names some that serve, these
    ProvidedFiles files{};  ///< what the above needs and the machine lacks
};

}  // namespace mailstack

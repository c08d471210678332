// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What a Setup finds on this machine: looks only, makes nothing but a new key in memory.
#pragma once

#include <string>
#include <vector>

#include "engine/layout.hpp"
#include "formats/mc_file.hpp"
#include "model/host.hpp"
#include "model/setup.hpp"

namespace mailstack {

struct Survey {
    Installed installed;
    TlsFiles tls;
    ProvidedFiles files;
};

/// What sendmail.mc includes, without cf.m4: those that are there.
std::vector<IncludedFile> included_files(const McFile& mc);

/// TLS: the certificate that sendmail.cf names, where its key is there and belongs to it (of those that
/// mailstack made, only where it is for the domain); else what mailstack made before for this domain; else a
/// new self-signed one for the domain, mail.DOMAIN and `host_name`, among `files`, in Layout::tls(). The
/// certificate is its own CA: of confCACERT sendmail sends every name to whoever connects.
///
/// AUTH: Sendmail.conf for libsasl2 among `files`, and mailstack-saslauthd.service among the services unless
/// a saslauthd answers at its socket already, where all of that is installed and no Sendmail.conf says
/// otherwise. libsasl2's directories: base/auth_packages.hpp.
///
/// `host_name`: as the machine calls itself, of whatever form.
Survey survey(const Layout& layout, const Domain& domain, const std::string& host_name);

}  // namespace mailstack

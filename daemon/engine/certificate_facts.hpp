// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What the certificate and the key that sendmail.cf names are, as far as sendmail could read them: a file
/// that holds more than one of the two is none of its concern, nor ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/certificate_files.hpp"
#include "model/certificate.hpp"
#include "model/host.hpp"

namespace mailstack {

struct CertificateFacts {
    PairPaths paths;
    std::string certificate_failure, key_failure;  ///< why one could not be read: "No such file or directory"
    std::optional<CertificateDetails> certificate;  ///< the first in the file
    bool key_matches = true;                        ///< as far as both could be read
    bool made_here = false;                         ///< mailstack made it, and renews it

    /// Both are there, and belong together.
    bool usable() const noexcept;
};

/// Symbolic links are followed, as sendmail does; what could make us wait (a pipe) or is too large is not
/// read.
CertificateFacts certificate_facts(const PairPaths& paths);

/// Whether the certificate is for each of `names`.
bool is_for(const CertificateDetails& certificate, const std::vector<Domain>& names);

}  // namespace mailstack

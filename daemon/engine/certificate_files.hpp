// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The certificate and the key that sendmail.cf names, as files.
///
/// A certificate that mailstack made itself bears made_here as its file's first line: readers of PEM pass
/// over text that stands before a block (RFC 7468, section 2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/certificate.hpp"
#include "model/provided_file.hpp"

namespace mailstack {

inline constexpr std::string_view made_here = "# Made by mailstack, which renews it before it expires.\n";

struct PairPaths {
    std::string certificate, key;  ///< "": sendmail.cf names none

    bool operator==(const PairPaths&) const = default;
    bool named() const noexcept { return !certificate.empty() && !key.empty(); }
};

/// Of several pairs ("rsa.pem,ec.pem", sendmail 8.15) the first.
PairPaths first_pair(const PairPaths& named);

/// What `cf` names for the server: the first pair.
PairPaths named_pair(std::string_view cf);

/// Whether `cf` names more than one pair.
bool names_several_pairs(std::string_view cf);

/// Whether `cf` names a CACertPath, and a CACertFile that can be read or is `to_come`. Without both sendmail
/// speaks no TLS, and logs nothing (measured, 8.17.1); the directory need not be there.
bool names_authorities(std::string_view cf, const std::vector<std::string>& to_come = {});

/// Who made a certificate.
enum class Origin { Here, Elsewhere };

/// Both files, in place of those that may be there.
ProvidedFiles pair_files(const CertificateChain& chain, const PrivateKey& key, const PairPaths& paths,
                         Origin origin);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The keys of certificate requests, which wait here for what an authority makes of them. Each is a file
/// PUBLIC-FINGERPRINT.key, root 0600, so that the certificate itself tells which one is its own.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/disk.hpp"
#include "model/certificate.hpp"
#include "model/provided_file.hpp"

namespace mailstack {

std::shared_ptr<const ProvidedFile> request_key_file(const std::string& directory, const PrivateKey& key);

/// The key for which a certificate with this public key was asked for; nothing where there is none.
std::optional<PrivateKey> request_key(const std::string& directory, Disk& disk,
                                      const std::string& public_fingerprint);

/// Removes the one that is `used` (a public fingerprint; "": none) and all but ten: the file `newest` and
/// those that come after it by time. What cannot be removed is logged, and goes another time. Other files
/// stay.
void remove_old_requests(const std::string& directory, Disk& disk, const std::string& used,
                         const std::string& newest) noexcept;

}  // namespace mailstack

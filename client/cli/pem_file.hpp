// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A file with certificates or a private key, on its way to a sealed memory file.
#pragma once

#include <cstddef>
#include <string>

#include "base/descriptor.hpp"

namespace mailstack::client {

/// Octets that a chain or a key may have: org.mailstack1(5), InstallCert.
inline constexpr std::size_t largest_pem = 64UL << 10U;

/// A sealed memfd with the bytes of `path`, its offset 0. Only a regular file that holds something is read,
/// at most once and never waited for; no copy of it stays in this program's memory, whichever of the two it
/// is, since people mix them up. Throws Failure that names the file and what it is instead.
Descriptor sealed_pem(const std::string& path);

}  // namespace mailstack::client

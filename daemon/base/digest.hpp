// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// SHA-256, to tell whether bytes on disk are those that were written (OpenSSL), and how such octets are
/// written.
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

/// 64 hexadecimal digits.
std::string sha256(std::string_view bytes);

/// Two digits for each octet, lower case.
std::string hexadecimal(std::string_view octets);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// How messages call one certificate of a chain.
#pragma once

#include <cstddef>
#include <string>

#include "model/certificate.hpp"

namespace mailstack {

/// "the certificate of 'CN=mail.example.org'", and behind it "(2 of 3)" where there are several.
std::string called(const CertificateChain& chain, std::size_t place);

}  // namespace mailstack

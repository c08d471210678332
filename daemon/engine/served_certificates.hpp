// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Which certificate the running sendmail serves at each of its ports. It reads the files when it starts and
/// when it reloads, and never between.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

struct ServedCertificate {
    std::string port;         ///< "127.0.0.1:25", "*:587"
    std::string fingerprint;  ///< as ServedTls's; "" where it does not speak TLS
    std::string failure;      ///< why not, where it should; else ""
};

/// Asks each port of `cf` that SMTP can be asked at, in their order. Ports that do not answer until the
/// deadline have a failure.
std::vector<ServedCertificate> served_certificates(std::string_view cf,
                                                   std::chrono::steady_clock::time_point deadline);

/// The fingerprint that tells them all: of the first that serves another certificate than `wanted`, or none
/// though it should; else `wanted`. "" where no port was asked.
std::string served_fingerprint(const std::vector<ServedCertificate>& served, std::string_view wanted);

}  // namespace mailstack

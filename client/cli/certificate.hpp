// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The verbs of `cert` as functions; certificate.cpp makes them of the command line. Each throws Failure or
/// sdbus::Error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "format.hpp"
#include "session.hpp"

namespace mailstack::client {

/// What is empty or 0 is not said to the daemon, which has the defaults.
struct RotateWish {
    std::string key{};
    std::vector<std::string> names{};
    std::uint32_t days = 0;
};

struct InstallWish {
    std::string chain{};
    std::string key{};  ///< "": the daemon has it
};

struct RequestWish {
    std::vector<std::string> names{};
    std::string output{};  ///< "": standard output
};

ExitStatus show_certificate(const Options& options);
ExitStatus rotate_certificate(const Options& options, const RotateWish& wish);
ExitStatus install_certificate(const Options& options, const InstallWish& wish);
ExitStatus request_certificate(const Options& options, const RequestWish& wish);

/// Its properties, all of one moment.
CertificateState certificate_of(const Session& session);

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What `setup` says after it is done: what is live, and what the machine still lacks, which mailstackd
/// leaves to its administrator. Plain values; what they are made of is looked up in setup.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "format.hpp"

namespace mailstack::client {

struct SetupReport {
    std::string domain;
    std::string user;
    std::uint64_t generation = 0;
    bool looked = true;                           ///< whether the following is known: not of another machine
    std::vector<std::string> unresolved{};        ///< names that lead to no address
    std::vector<std::string> missing_packages{};  ///< without which nobody can authenticate
};

/// The names that are to resolve on this machine.
std::vector<std::string> names_of(const std::string& domain);

/// The line for /etc/hosts that would make them resolve.
std::string hosts_line(const std::vector<std::string>& names);

std::string to_text(const SetupReport& report);
Json to_json(const SetupReport& report);

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/machine_names.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "engine/own_name.hpp"

namespace mailstack {
namespace {

constexpr std::size_t most = 100;

bool is_certifiable(const std::string& name) {
    return name.find('.') != std::string::npos && name != "localhost.localdomain" &&
           !name.ends_with(".localhost") && why_no_domain(name).empty();
}

}  // namespace

std::vector<Domain> machine_names(const Configuration& configuration) {
    std::vector<std::string> candidates;
    candidates.push_back(fold_case(own_name(configuration.cf.file.print(), "")));
    candidates.insert(candidates.end(), configuration.local_hosts.begin(), configuration.local_hosts.end());
    std::vector<Domain> names;
    for (const std::string& name : candidates) {
        const bool known =
            std::any_of(names.begin(), names.end(), [&](const Domain& one) { return one.text() == name; });
        if (!known && names.size() < most && is_certifiable(name)) {
            names.emplace_back(name);
        }
    }
    return names;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/own_name.hpp"

#include <unistd.h>

#include <array>

#include "base/text.hpp"
#include "formats/cf_mailers.hpp"

namespace mailstack {

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? fold_case(std::string_view(name.data())) : "";
}

std::string own_name(std::string_view cf, const std::string& host) {
    const auto named = cf_macro(cf, "j");
    return named && named->value.find('$') == std::string::npos ? named->value : host;
}

}  // namespace mailstack

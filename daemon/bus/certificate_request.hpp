// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What callers of RotateCert and CreateRequest ask for, as values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bus/sdbus_compat.hpp"
#include "engine/make_certificate.hpp"
#include "model/host.hpp"
#include "model/key_kind.hpp"

namespace mailstack {

struct Rotation {
    std::optional<KeyKind> key{KeyKind::EcdsaP256};  ///< nothing: the one in use
    std::vector<Domain> names{};                     ///< none: the machine's
    unsigned days = longest_days;
};

/// Throws Error{InvalidArgument} for an unknown option or a value that cannot be, {LimitExceeded} for too
/// many names.
Rotation rotation_of(const std::map<std::string, sdbus::Variant>& options);

/// Each once. Throws as rotation_of().
std::vector<Domain> certificate_names(const std::vector<std::string>& names);

/// The names that RotateCert's options ask for, as polkit is told them before anybody looks closer; "": none.
std::string requested_names(const std::map<std::string, sdbus::Variant>& options);

}  // namespace mailstack

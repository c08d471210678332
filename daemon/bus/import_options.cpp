// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/import_options.hpp"

#include "base/error.hpp"

namespace mailstack {
namespace {

OnConflict on_conflict(const sdbus::Variant& value) {
    const std::string word = value.containsValueOfType<std::string>() ? value.get<std::string>() : "";
    if (word == "fail") {
        return OnConflict::Fail;
    }
    if (word == "keep") {
        return OnConflict::Keep;
    }
    if (word == "replace") {
        return OnConflict::Replace;
    }
    throw Error(Code::InvalidArgument,
                "on-conflict must be the string fail, keep or replace, not " + quoted(word));
}

}  // namespace

OnConflict import_options(const std::map<std::string, sdbus::Variant>& options) {
    OnConflict chosen = OnConflict::Fail;
    for (const auto& [key, value] : options) {
        if (key != "on-conflict") {
            throw Error(Code::InvalidArgument, "unknown option " + quoted(key) + "; known is on-conflict");
        }
        chosen = on_conflict(value);
    }
    return chosen;
}

}  // namespace mailstack

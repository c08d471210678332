// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/certificate_request.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/escape.hpp"

namespace mailstack {
namespace {

template <typename Value>
Value value_of(const std::string& key, const sdbus::Variant& value, const char* kind) {
    if (!value.containsValueOfType<Value>()) {
        throw Error(Code::InvalidArgument, key + " must be " + kind);
    }
    return value.get<Value>();
}

std::optional<KeyKind> key_of(const std::string& word) {
    return word == "keep" ? std::nullopt : std::optional(key_kind(word));
}

unsigned days_of(std::uint32_t days) {
    if (days < 1 || days > longest_days) {
        throw Error(Code::InvalidArgument, "days must be from 1 to " + std::to_string(longest_days) +
                                               ", not " + std::to_string(days));
    }
    return days;
}

}  // namespace

std::vector<Domain> certificate_names(const std::vector<std::string>& names) {
    constexpr std::size_t most = 100;
    if (names.size() > most) {
        throw Error(Code::LimitExceeded, std::to_string(names.size()) + " names; a certificate is for " +
                                             std::to_string(most) + " at most");
    }
    std::vector<Domain> domains;
    for (const std::string& name : names) {
        Domain domain(bus_bytes(name));
        if (domain.text().find('.') == std::string::npos) {
            throw Error(Code::InvalidArgument, "a certificate for " + quoted(name) +
                                                   " would serve nobody: give names of two labels or more, "
                                                   "as mail.example.org");
        }
        const bool known = std::any_of(domains.begin(), domains.end(),
                                       [&](const Domain& one) { return one.text() == domain.text(); });
        if (!known) {
            domains.push_back(std::move(domain));
        }
    }
    return domains;
}

Rotation rotation_of(const std::map<std::string, sdbus::Variant>& options) {
    Rotation rotation;
    for (const auto& [key, value] : options) {
        if (key == "key") {
            rotation.key = key_of(value_of<std::string>(key, value, "a string"));
        } else if (key == "names") {
            rotation.names =
                certificate_names(value_of<std::vector<std::string>>(key, value, "an array of strings"));
        } else if (key == "days") {
            rotation.days = days_of(value_of<std::uint32_t>(key, value, "a number (u)"));
        } else {
            throw Error(Code::InvalidArgument,
                        "unknown option " + quoted(key) + "; known are key, names and days");
        }
    }
    return rotation;
}

std::string requested_names(const std::map<std::string, sdbus::Variant>& options) {
    const auto names = options.find("names");
    const bool some = names != options.end() && names->second.containsValueOfType<std::vector<std::string>>();
    return some ? joined(names->second.get<std::vector<std::string>>(), " ") : "";
}

}  // namespace mailstack

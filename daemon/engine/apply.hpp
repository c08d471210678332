// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A change applied to a configuration: pure, no disk, no bus, no clock.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/configuration.hpp"
#include "engine/mta.hpp"
#include "model/change.hpp"

namespace mailstack {

/// Keys that are not as they were.
struct Changed {
    std::vector<std::string> aliases{};
    std::map<TableName, std::vector<std::string>> entries{};
    std::vector<std::string> domains{};
    std::vector<std::string> routes{};  ///< keys of the map "msroute"
    bool route_texts = false;           ///< routes.yaml says something else, whether a map changes or not

    bool empty() const noexcept {
        return aliases.empty() && entries.empty() && domains.empty() && routes.empty() && !route_texts;
    }
    void add(Changed more);
};

struct Applied {
    Configuration configuration;
    Changed changed;
    std::uint32_t added = 0, replaced = 0, kept = 0;
    ProvidedFiles files{};
    std::vector<std::string> certificates{};  ///< fingerprints of those that are to be served; none: any
    std::vector<ReadableFile> readable{};
    bool delivery = false;  ///< a message is to arrive, to prove it
};

/// Throws AlreadyExists, NoSuchAlias, AliasLoop, InvalidAddress, LimitExceeded. AddAlias of what exists just
/// so changes nothing. Restart changes no configuration; what Reload, RebuildCf, Setup and a
/// new certificate change, remake.hpp knows.
Applied apply(const Configuration& configuration, const Change& change);

/// Whether the change may write this one of the configuration's files: what has to be locked for it.
bool touches(const Change& change, const Configuration& configuration, const Managed& file);

/// What the change demands of the MTA, whatever the configuration: a change of routes may demand a reload
/// besides (apply_route.hpp).
Activation activation_of(const Change& change);

/// The recipients as a file has them.
std::vector<std::string> texts_of(const std::vector<Recipient>& recipients);

/// The source that defines the key, in sendmail's order of lookup; nullptr where none does.
const AliasSource* defining_source(const Configuration& configuration, std::string_view key);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The programs that make a configuration and look at it before it is installed: m4 and sendmail itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/configuration.hpp"
#include "engine/rehearsal.hpp"
#include "model/account.hpp"

namespace mailstack {

struct Programs {
    /// The sendmail.cf that m4 makes of `mc`, the text of the file `path`. Throws as build_cf() (m4.hpp).
    std::function<std::string(std::string_view mc, const std::string& path)> build_cf;
    /// Whether the staged configuration works: `cf` is the path of a sendmail.cf that names staged files,
    /// `after` is what it is to be. Throws Error{InvalidConfiguration} that says why not, in sendmail's words
    /// where it has any.
    std::function<void(const std::string& cf, const Configuration& after)> examine;
    /// Whether what the new configuration names beside itself serves (outside_files.hpp). `live`: the .cf
    /// that the MTA runs with, "" where none runs; `to_come`: paths of files that are made together with it.
    /// Throws Error{InvalidConfiguration}.
    std::function<void(const std::string& live, const Configuration& after,
                       const std::vector<std::string>& to_come)>
        look_around{};
    /// The delivery of `message` by an account's recipes, rehearsed by procmail itself (rehearsal.hpp).
    std::function<Rehearsed(const RecipeBook& book, const RecipeContext& context, std::string_view message)>
        rehearse{};
    /// As read_as() (base/read_as.hpp).
    std::function<std::string(const UserIdentity& reader, const std::string& path)> read_as{};
    AccountOf account_of{};
};

struct ProgramSettings {
    std::string sendmail = "/usr/sbin/sendmail";
    bool allow_open_relay = false;  ///< from mailstackd.yaml alone
};

/// Whom procmail runs as where it rehearses: an account could stop or trace what runs as itself, in the
/// daemon's own sandbox, and hold up everybody else. What procmail is asked concerns no file of the
/// account's. proof_account, or else nobody; throws Error{Unsupported} where there is neither.
UserIdentity rehearsal_identity(const AccountOf& account_of);

/// The real ones. Where sendmail is not installed nothing is examined: nothing could use the configuration
/// either. `settings` is asked each time, since they may change.
Programs real_programs(std::function<ProgramSettings()> settings, AccountOf account_of);

}  // namespace mailstack

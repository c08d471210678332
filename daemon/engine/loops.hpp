// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Alias loops: an alias that leads back to itself, over any number of hops.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/configuration.hpp"

namespace mailstack {

/// Throws AliasLoop with the way round ("crew -> night -> crew") if following `key`, whose recipients are
/// these, leads back to it. Only what sendmail follows counts: plain local recipients, user+detail, and
/// user@host where the host is this machine.
void refuse_loop(const Configuration& configuration, const std::string& key,
                 const std::vector<std::string>& recipients);

/// Whether sendmail would look further from here: the recipient is an alias, or `key` itself. Most are not,
/// and need no refuse_loop().
bool leads_on(const Configuration& configuration, const std::string& key, const std::string& recipient);

/// The key of the alias that sendmail looks for next for this recipient, whether there is such an alias or
/// not; "" where it looks for none (another host, \name, a program, a file, an include).
std::string local_key(const Configuration& configuration, std::string_view recipient);

/// The ways round of all aliases that lead back to themselves, each way once and at most 1,000. Where one of
/// a way's names is an account, sendmail delivers to it instead, so that it is none. Costs the size of the
/// aliases.
std::vector<std::vector<std::string>> alias_loops(const Configuration& configuration,
                                                  const std::function<bool(const std::string&)>& is_account);

}  // namespace mailstack

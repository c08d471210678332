// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// Where a message to an address would go, and which line of which file says so.
///
/// sendmail itself is asked: its trace tells which keys it looks up (address_trace.hpp), the texts tell in which line
/// each stands, and the ends are what `sendmail -bv` says, no more and no fewer. The order is sendmail's.
// clang-format on
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/address_trace.hpp"
#include "engine/configuration.hpp"
#include "engine/explain_step.hpp"
#include "model/mail_address.hpp"

namespace mailstack {

/// What sendmail said of an address.
struct AskedAddress {
    std::string address{};
    std::vector<TraceEvent> events{};
    Verification verification{};            ///< -bv without a trace: the truth about the ends
    std::optional<RecipientCheck> check{};  ///< nothing where sendmail could not be asked
    std::string check_failure{};            ///< why not
};

/// The steps of an account's recipes, where procmail delivers to it (explain_recipes.hpp).
using RecipesOf = std::function<std::vector<ExplainStep>(const std::string& account)>;

/// sendmail.cf, of which mailers and relays are told.
struct CfInUse {
    std::string path;
    std::string text;
    RecipesOf recipes_of{};
};

/// Pure. At most 1,000 steps.
std::vector<ExplainStep> explain_steps(const Configuration& configuration, const CfInUse& cf,
                                       const AskedAddress& asked);

/// Asks sendmail with three processes of 12 to 30 ms each; where DNS does not answer, a second or more for
/// each name. Throws Error{NoMta} where there is no sendmail or no sendmail.cf, {InvalidConfiguration} where
/// it rejects its .cf, and as ask().
std::vector<ExplainStep> explain(const Configuration& configuration, const AddressTest& test,
                                 const MailAddress& address, RecipesOf recipes_of = {});

}  // namespace mailstack

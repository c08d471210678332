// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What polkit is asked about: one action for each kind of risk (polkit/org.mailstack1.policy says each to a
/// person).
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <string_view>

namespace mailstack {

enum class Action : std::size_t {
    Read,                  ///< look at configuration that is world-readable anyway
    ManageAliases,         ///< plain recipients for names that are nobody's account
    ManageProgramAliases,  ///< recipients that are a program, a file, an include, or anything not plain
    ManageSystemAliases,   ///< names of accounts, root, the RFC 2142 names, owner-*: whoever sets these reads
                           ///< others' mail
    ReadTables,            ///< look at tables, which may be readable by root only
    ManageAccess,          ///< who may send here, and who may relay
    ManageVirtusertable,   ///< whose mailbox an address of a virtual domain leads to
    ManageMailertable,     ///< by which way, to which host the mail for a domain leaves
    ManageDomains,         ///< the domains whose mail is delivered here
    SwitchRoute,           ///< by which of the existing routes mail leaves, and to run the queue
    ManageRoutes,          ///< which routes there are, and which senders have one of their own
    SetSecret,             ///< the password with which a relay is used
    TestRoute,             ///< connect to a relay and offer it the password
    RotateCertificate,     ///< the certificate and the key with which the MTA speaks TLS
    ManageOwnRecipes,      ///< what becomes of one's own mail, without programs
    ManageRecipes,         ///< what becomes of another account's mail
    ManageProgramRecipes,  ///< let mail run a program, with the rights of its account
    ManageDelivery,        ///< by which program, and in which format, mail is delivered to accounts
    Reload,                ///< publish hand edits and make the MTA read its configuration
    Restart,               ///< restart the MTA
    Setup,                 ///< set up the whole mail machine, and replace a sendmail.cf edited by hand
};
inline constexpr std::size_t action_count = 21;

/// A set of actions: what a change requires, or what a caller was granted.
using Actions = std::bitset<action_count>;

constexpr std::array<std::string_view, action_count> action_names{
    "org.mailstack1.read",
    "org.mailstack1.manage-aliases",
    "org.mailstack1.manage-program-aliases",
    "org.mailstack1.manage-system-aliases",
    "org.mailstack1.read-tables",
    "org.mailstack1.manage-access",
    "org.mailstack1.manage-virtusertable",
    "org.mailstack1.manage-mailertable",
    "org.mailstack1.manage-domains",
    "org.mailstack1.switch-route",
    "org.mailstack1.manage-routes",
    "org.mailstack1.set-secret",
    "org.mailstack1.test-route",
    "org.mailstack1.rotate-certificate",
    "org.mailstack1.manage-own-recipes",
    "org.mailstack1.manage-recipes",
    "org.mailstack1.manage-program-recipes",
    "org.mailstack1.manage-delivery",
    "org.mailstack1.reload",
    "org.mailstack1.restart",
    "org.mailstack1.setup",
};

/// The action's name in polkit.
constexpr std::string_view name(Action action) {
    return action_names[static_cast<std::size_t>(action)];
}

inline Actions just(Action action) {
    return Actions{}.set(static_cast<std::size_t>(action));
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Judges an inspection: one small pure function for each kind of finding, in one table. What could not be
/// looked at is a finding itself ("...Unknown"), never silence. Codes are part of the bus's interface:
/// org.mailstack1.Manager.xml lists them.
#pragma once

#include <string_view>
#include <vector>

#include "engine/finding.hpp"
#include "engine/inspection.hpp"

namespace mailstack {

struct Check {
    std::string_view code;  ///< of its main finding
    void (*find)(const Inspection& inspection, Findings& findings);
};

/// Every check there is.
const std::vector<Check>& all_checks();

/// All findings, errors first, of one severity by code, of one code in the order found. At most 50 of one
/// code; one more tells how many are left out.
Findings check(const Inspection& inspection);

// The checks, by what they look at.
void find_unsafe_files(const Inspection& inspection,
                       Findings& findings);  ///< UnsafeOwner, UnsafeMode, FileUnknown
void find_key_modes(const Inspection& inspection, Findings& findings);       ///< KeyReadable
void find_stale_maps(const Inspection& inspection, Findings& findings);      ///< MapMissing, StaleMap
void find_differing_maps(const Inspection& inspection, Findings& findings);  ///< MapDiffers, MapUnknown
void find_optional_maps(const Inspection& inspection, Findings& findings);   ///< OptionalMap
void find_closed_maps(const Inspection& inspection, Findings& findings);     ///< MapNotOpened
void find_drift(const Inspection& inspection, Findings& findings);           ///< Drifted
void find_old_cf(const Inspection& inspection, Findings& findings);  ///< CfMissing, CfOlderThanMc, CfDiffers
void find_mc_problems(const Inspection& inspection, Findings& findings);  ///< McProblem
void find_mc_rejection(const Inspection& inspection,
                       Findings& findings);                              ///< McRejected, McUnknown, McWarning
void find_submission(const Inspection& inspection, Findings& findings);  ///< SubmissionMissing
void find_debian_scripts(const Inspection& inspection, Findings& findings);  ///< HandsOn
void find_alias_problems(const Inspection& inspection, Findings& findings);  ///< DuplicateAlias, AliasProblem
void find_table_problems(const Inspection& inspection, Findings& findings);  ///< DuplicateEntry, TableProblem
void find_domain_problems(const Inspection& inspection, Findings& findings);  ///< DomainProblem
void find_unused_tables(const Inspection& inspection, Findings& findings);    ///< TableUnused
void find_odd_entries(const Inspection& inspection, Findings& findings);      ///< StrangersRelay, OddEntry
void find_alias_loops(const Inspection& inspection, Findings& findings);      ///< AliasLoop
void find_required_names(const Inspection& inspection, Findings& findings);   ///< NameMissing
void find_unread_root(const Inspection& inspection, Findings& findings);      ///< RootUnread
void find_rejection(const Inspection& inspection, Findings& findings);        ///< CfRejected, SendmailUnknown
void find_open_relay(const Inspection& inspection, Findings& findings);       ///< OpenRelay, RelayUnknown
void find_stopped_mta(const Inspection& inspection, Findings& findings);      ///< MtaAbsent, MtaStopped
void find_closed_ports(const Inspection& inspection, Findings& findings);     ///< PortClosed, PortUnknown
void find_loopback(const Inspection& inspection, Findings& findings);         ///< ListensOnLoopback
void find_missing_auth(const Inspection& inspection, Findings& findings);     ///< AuthPackageMissing
void find_unresolved_names(const Inspection& inspection,
                           Findings& findings);  ///< NameUnresolved, NamesUnknown
void find_certificate_files(const Inspection& inspection,
                            Findings& findings);  ///< TlsOff, CertificateMissing, KeyMissing
void find_expiry(const Inspection& inspection,
                 Findings& findings);  ///< CertificateExpired, CertificateExpires
void find_key_mismatch(const Inspection& inspection, Findings& findings);         ///< KeyMismatch
void find_certificate_names(const Inspection& inspection, Findings& findings);    ///< CertificateNames
void find_route_problems(const Inspection& inspection, Findings& findings);       ///< RoutesProblem
void find_missing_rules(const Inspection& inspection, Findings& findings);        ///< RouteRulesMissing
void find_missing_secrets(const Inspection& inspection, Findings& findings);      ///< SecretMissing
void find_readable_secrets(const Inspection& inspection, Findings& findings);     ///< SecretReadable
void find_unverifiable_relays(const Inspection& inspection, Findings& findings);  ///< RelayUnverifiable
void find_missing_relay_auth(const Inspection& inspection, Findings& findings);   ///< RelayAuthMissing
void find_served_certificate(const Inspection& inspection,
                             Findings& findings);  ///< TlsNotServed, CertificateNotServed

void find_recipe_problems(const Inspection& inspection, Findings& findings);       ///< RecipesProblem
void find_stale_recipes(const Inspection& inspection, Findings& findings);         ///< RecipesNotLive
void find_unreadable_recipes(const Inspection& inspection, Findings& findings);    ///< RecipesUnreadable
void find_unused_recipes(const Inspection& inspection, Findings& findings);        ///< RecipesUnused
void find_orphaned_recipes(const Inspection& inspection, Findings& findings);      ///< RecipesOrphaned
void find_procmailrc_problems(const Inspection& inspection, Findings& findings);   ///< ProcmailrcProblem
void find_procmailrc_root_work(const Inspection& inspection, Findings& findings);  ///< ProcmailrcRunsAsRoot
void find_own_procmailrc(const Inspection& inspection, Findings& findings);        ///< OwnProcmailrc

}  // namespace mailstack

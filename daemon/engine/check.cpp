// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/check.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace mailstack {
namespace {

constexpr std::size_t most_of_a_code = 50;

/// A list of 10,000 duplicates helps nobody.
Findings shortened(Findings sorted) {
    std::map<std::string, std::size_t> told;
    for (const Finding& finding : sorted) {
        ++told[finding.code];
    }
    std::map<std::string, std::size_t> kept_of;
    Findings kept;
    for (Finding& finding : sorted) {
        const std::size_t number = ++kept_of[finding.code];
        if (number <= most_of_a_code) {
            kept.push_back(std::move(finding));
        } else if (number == most_of_a_code + 1) {
            const auto more = std::to_string(told[finding.code] - most_of_a_code);
            kept.push_back({finding.severity, finding.code, more + " more of these are not shown",
                            "mend those that are shown, then check again"});
        }
    }
    return kept;
}

}  // namespace

const std::vector<Check>& all_checks() {
    static const std::vector<Check> checks{
        {"CfRejected", find_rejection},
        {"MtaStopped", find_stopped_mta},
        {"OpenRelay", find_open_relay},
        {"PortClosed", find_closed_ports},
        {"ListensOnLoopback", find_loopback},
        {"AuthPackageMissing", find_missing_auth},
        {"CfOlderThanMc", find_old_cf},
        {"McProblem", find_mc_problems},
        {"McRejected", find_mc_rejection},
        {"Drifted", find_drift},
        {"StaleMap", find_stale_maps},
        {"MapDiffers", find_differing_maps},
        {"OptionalMap", find_optional_maps},
        {"MapNotOpened", find_closed_maps},
        {"UnsafeMode", find_unsafe_files},
        {"KeyReadable", find_key_modes},
        {"TlsOff", find_certificate_files},
        {"CertificateExpires", find_expiry},
        {"KeyMismatch", find_key_mismatch},
        {"CertificateNames", find_certificate_names},
        {"CertificateNotServed", find_served_certificate},
        {"NameUnresolved", find_unresolved_names},
        {"DuplicateAlias", find_alias_problems},
        {"AliasLoop", find_alias_loops},
        {"NameMissing", find_required_names},
        {"RootUnread", find_unread_root},
        {"DuplicateEntry", find_table_problems},
        {"DomainProblem", find_domain_problems},
        {"TableUnused", find_unused_tables},
        {"StrangersRelay", find_odd_entries},
        {"RoutesProblem", find_route_problems},
        {"RouteRulesMissing", find_missing_rules},
        {"SecretMissing", find_missing_secrets},
        {"SecretReadable", find_readable_secrets},
        {"RelayUnverifiable", find_unverifiable_relays},
        {"RelayAuthMissing", find_missing_relay_auth},
        {"RecipesProblem", find_recipe_problems},
        {"RecipesNotLive", find_stale_recipes},
        {"RecipesUnreadable", find_unreadable_recipes},
        {"RecipesUnused", find_unused_recipes},
        {"RecipesOrphaned", find_orphaned_recipes},
        {"ProcmailrcProblem", find_procmailrc_problems},
        {"ProcmailrcRunsAsRoot", find_procmailrc_root_work},
        {"OwnProcmailrc", find_own_procmailrc},
        {"SubmissionMissing", find_submission},
        {"HandsOn", find_debian_scripts},
    };
    return checks;
}

Findings check(const Inspection& inspection) {
    Findings findings;
    for (const Check& one : all_checks()) {
        one.find(inspection, findings);
    }
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& left, const Finding& right) {
        return std::tie(left.severity, left.code) < std::tie(right.severity, right.code);
    });
    return shortened(std::move(findings));
}

}  // namespace mailstack

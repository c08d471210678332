// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The macros that a sendmail.mc is made of: those of m4 itself and those that cf/m4/cfhead.m4 defines, and
/// which names a FEATURE or a MAILER reads at the moment it is called (all other names are read at the end of
/// the file, by cf/m4/proto.m4).
///
/// Source of fact: GNU m4 1.4.19 and the cf directory of sendmail 8.17.1 and 8.18.1; tests/differential
/// compares the tables with what `dumpdef` tells and with what a define before and after changes.
#pragma once

#include <string_view>

namespace mailstack {

/// A macro that GNU m4 defines.
bool is_m4_builtin(std::string_view word) noexcept;
/// A built-in macro that m4 leaves alone where no "(" follows ("define", "include", "shift", ...).
bool needs_parenthesis(std::string_view word) noexcept;
/// A macro of cf.m4 that does something ("FEATURE", "LOCAL_CONFIG"; not a setting such as "ALIAS_FILE"). m4
/// expands it with and without arguments.
bool is_cf_macro(std::string_view word) noexcept;
/// A name that has a value before the .mc file says anything ("ALIAS_FILE", each conf...), or one of cf's
/// own.
bool is_cf_setting(std::string_view word) noexcept;

/// What, according to cf/README, comes after all settings: MAILER, MAILER_DEFINITIONS, LOCAL_CONFIG,
/// LOCAL_RULE_n, LOCAL_RULESETS and their kind.
bool begins_section(std::string_view macro) noexcept;
/// A FEATURE that calls MAILER itself: none may come after it.
bool has_mailers(std::string_view feature) noexcept;
/// A FEATURE that is called once for each list ("dnsbl"): its first argument tells one from the other.
bool is_repeatable(std::string_view feature) noexcept;

/// Whether FEATURE(`feature') reads `name` when it is called: a later define comes too late for it.
bool feature_reads(std::string_view feature, std::string_view name) noexcept;
/// The same for MAILER(`mailer').
bool mailer_reads(std::string_view mailer, std::string_view name) noexcept;

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The key under which sendmail stores an alias: what its rules make of the text before the colon.
///
/// sendmail parses a name as a recipient address and stores the user that the local mailer would get. With
/// the rules that every .mc of cf/ generates:
///
///     Sales                     sales           A-Z is folded
///     "sales"                   sales           quotes go where the whole is one quoted word without white
///     space "two words"               "two words"     else they stay two words                 two.words
///     BlankSub sales@localhost           sales           the host is local (class w); any other host:
///     rejected sales%localhost           sales           the older way to write the same People <sales>
///     sales           angle brackets: the innermost counts sales (a comment)         sales sales; sales
///     |prog, /file, :include:   -               rejected: not aliasable
///
/// Not followed here, hence reported as a problem: routes (`<@a,@b:c>`), UUCP paths (`a!b`), group lists,
/// literals
/// (`a@[127.0.0.1]`), more than one host, an open quote. Source of fact: sendmail 8.17.1, cf/m4/proto.m4 and
/// parseaddr.c; tests/differential compares with newaliases.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// What sendmail takes before the colon, white space and comments included (MAXNAME - 1).
inline constexpr std::size_t longest_alias_name = 255;

struct AliasKey {
    bool stored = false;    ///< whether sendmail stores an alias under `key`
    std::string key{};      ///< folded
    std::string problem{};  ///< why not, or what sendmail complains of; else ""
};

/// Whether every character of `name` (blanks after it left out) stands for itself: its key is its folded
/// text.
bool is_simple_name(std::string_view name) noexcept;

/// The key of a logical line whose name ends at its first colon. `local_hosts` is folded; "localhost" is
/// always local.
AliasKey alias_key(std::string_view line, const std::vector<std::string>& local_hosts);

}  // namespace mailstack

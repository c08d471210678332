// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What queries and edits of a sendmail.mc ask of its statements.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/mc_scan.hpp"

namespace mailstack {

/// Whether it is `macro`(`first', ...), written out.
bool is_call_of(const McStatement& statement, std::string_view macro, std::string_view first);
/// define or pushdef of `name`, written out.
bool is_definition_of(const McStatement& statement, std::string_view name);
/// include or sinclude with an argument.
bool is_include(const McStatement& statement);
/// FEATURE, MAILER and the rest that comes after the settings.
bool begins_mailers(const McStatement& statement);

/// The index of the definition that holds at the end.
std::optional<std::size_t> place_of_definition(const std::vector<McStatement>& statements,
                                               std::string_view name);
/// Whether a define, undefine, pushdef or popdef of `name` is written in `text`, at whatever depth of quotes.
bool mentions_definition(std::string_view text, std::string_view name);

/// The key=value pairs of a comma-separated list, white space around both gone; what has no "=" is left out.
std::vector<std::pair<std::string, std::string>> equates_of(std::string_view text);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The grammar of each table, for table_entry.cpp. Each function tells why its argument is not in the grammar
/// and what would be right, and "" where it is in it. Keys and values are printable ASCII, keys without
/// blanks, values without blanks at their ends; a value's key is in its grammar.
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

std::string why_no_access_key(std::string_view key);
std::string why_no_access_value(std::string_view key, std::string_view value);

std::string why_no_virtusertable_key(std::string_view key);
std::string why_no_virtusertable_value(std::string_view key, std::string_view value);

std::string why_no_mailertable_key(std::string_view key);
std::string why_no_mailertable_value(std::string_view key, std::string_view value);

/// The requirement of a TLS_Srv:, TLS_Clt: or TLS_Rcpt: row.
std::string why_no_tls_requirement(std::string_view value);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// A key of the access map, or a member of class R, as the relay guard reads it.
///
///     key     = [ tag ":" ] ( network / [ user "@" ] name )       ; all in any case
///     tag     = "Connect" / "From" / "To" / other                  ; none: all three
///     network = octets *( "." octets ) / "IPv6:" *octet / "[" *octet "]"
///     name    = [ "." ] label *( "." label )
///
/// Source: cf/README, "ANTI-SPAM CONFIGURATION CONTROL".
// clang-format on
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mailstack {

struct RelayKey {
    enum class Kind { Name, Network, Other } kind;
    bool as_client = false, as_sender = false, as_recipient = false;
    bool tagged = false;  ///< "From:..."; only such a key makes sendmail relay by sender
    std::string user{};   ///< "user" of "user@" and "user@name"
    std::string name{};   ///< folded, without a leading dot; "" where there is nothing behind the tag
};

/// Never fails: what cannot be a key is Other.
RelayKey relay_key(std::string_view text);

/// The suffix under which anybody can register a name, if that is what the key names ("com", "co.uk") or lies
/// directly below ("example.com"). A single label that private networks use (localhost, lan, internal, ...)
/// is none.
std::optional<std::string> public_suffix_of(const RelayKey& key);

}  // namespace mailstack

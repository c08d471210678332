// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// Relays' passwords: one file for each that was ever set and is still named by routes.yaml, root 0600, never changed.
///
///     name    = id "-" token digest
///     token   = 8HEXDIG                                    ; random
///     digest  = 8HEXDIG                                    ; of the binding: SHA-256, its beginning
///     file    = binding LF base64 LF
///     binding = "[" host "]" SP port SP tls SP user       ; what it was set for
///
/// A secret whose binding is not the relay's is not used: whoever edits the host in routes.yaml sends no password there.
// clang-format on
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.hpp"
#include "engine/route_table.hpp"
#include "model/setup.hpp"

namespace mailstack {

/// `directory` is Layout::secrets() throughout.

/// A random number, for a name that no other secret has had.
std::string new_secret_token();
std::string secret_file_name(const Relay& relay, std::string_view token);
/// Whether a secret was set for the relay as it is: its file's name says for what.
bool has_secret(const Relay& relay);
/// Whether the relay has a user, and no secret was set for it as it is.
bool lacks_secret(const Relay& relay);
/// Throws Error{InvalidConfiguration} for what is no such name.
void require_secret_file_name(std::string_view name);

std::string secret_binding(const Relay& relay);

/// The file for a relay whose `secret` is set to its name.
std::shared_ptr<const ProvidedFile> secret_file(const std::string& directory, const Relay& relay,
                                                const Secret& secret);

/// nullptr where the file is absent or was set for another host, port, TLS demand or user.
std::shared_ptr<const Secret> read_secret(const std::string& directory, Disk& disk,
                                          const Credential& credential);

/// The bytes of the map "msauth": for each of them whose secret can be read, under [host],
/// `"U:user" "I:user" "P=base64" "M:PLAIN LOGIN XOAUTH2 OAUTHBEARER"` (cf/README, SMTP AUTHENTICATION).
/// Handed to `use` and wiped.
void with_authinfo_map(const std::string& directory, Disk& disk, const std::vector<Credential>& credentials,
                       const std::function<void(std::string_view bytes)>& use);

/// Removes the secrets that no route names any more; none where the text cannot be read. What cannot be
/// removed is logged, and goes another time.
void remove_unused_secrets(const std::string& directory, Disk& disk, const RouteTable& table) noexcept;

}  // namespace mailstack

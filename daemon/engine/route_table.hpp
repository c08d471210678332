// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// routes.yaml as the routes that it tells, and the map "msroute" that is made of it for sendmail's rules
/// (daemon/m4/routes.m4).
///
///     active: home                  # the route; absent: direct
///     return-to: direct             # with until, seconds, boot, boot-time: see TimedReturn
///     relays:
///       home: {host: smart.example.net, port: 587, tls: verified, user: alice, secret: home-0a1b2c3d}
///     senders:
///       "@example.org": home
///     retired:                      # see RetiredRelay
///       old.example.net: {tls: encrypted, user: "yes", since: 1790000000}
///
///     map key            map value
///     .                  relay587:[smart.example.net] / hold:held     ; absent: direct
///     user@domain        the same, or direct:direct
///     @domain            the same
///     tls:[host]         the relay's TLS demand: none / encrypted / verified / retired
// clang-format on
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/map.hpp"
#include "formats/yaml_file.hpp"
#include "model/routes.hpp"

namespace mailstack {

/// Whose secret goes to which host: one entry of the map "msauth".
struct Credential {
    RelayHost host;
    std::string user;
    std::string secret_file;  ///< its name in Layout::secrets()
    std::string binding;      ///< what the secret was set for: see secret_file.hpp
    bool operator==(const Credential&) const = default;
};

/// The relay's own; nothing where no secret was set for it as it is.
std::optional<Credential> credential_of(const Relay& relay);

/// An immutable value, cheap to copy.
class RouteTable {
  public:
    RouteTable() : RouteTable(parse({})) {}
    static RouteTable parse(std::string text);
    const std::string& print() const noexcept;

    /// What cannot be read as routes, and where: "line 3: ...". Then there are no routes but the built-in
    /// ones, and no pairs.
    const std::optional<std::string>& problem() const noexcept;
    const Routes& routes() const noexcept;
    std::size_t line_of(const RouteId& id) const;          ///< 0 where it is not in the file
    std::size_t line_of(const RouteSender& sender) const;  ///< 0 where it is not in the file
    /// The same file with these routes: only the lines of what is different are written. Throws
    /// Error{InvalidConfiguration} where there is a problem(), Error{Unsupported} as YamlFile's edits.
    RouteTable with(const Routes& routes) const;

    // The map.
    void each(const MapVisitor& visit) const;
    std::optional<std::string> value(std::string_view key) const;
    std::size_t count() const noexcept;
    bool same_as(const RouteTable& other) const noexcept;
    /// The keys whose values are others in `other`.
    std::vector<std::string> keys_changed_to(const RouteTable& other) const;

    std::vector<Credential> credentials() const;

  private:
    struct State;
    explicit RouteTable(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    static RouteTable made(YamlFile yaml);
    std::shared_ptr<const State> state_;
};

/// The mailer by which mail leaves to a relay's port: relay587.
std::string relay_mailer(std::uint16_t port);

/// Where the map sends what leaves by the route: "relay587:[smart.example.net]", "hold:held",
/// "direct:direct".
std::string map_value(const Routes& routes, const RouteId& id);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// A relay tried as sendmail would use it, without sending mail.
///
///     dialogue = greeting EHLO [ STARTTLS TLS-handshake EHLO ] [ AUTH ] QUIT
///     step     = "resolve" / "connect" / "greeting" / "ehlo" / "starttls" / "verify" / "ehlo again" / "auth" / "quit"
///
/// A step is "ok", "failed", or "skipped": because a step before it failed (without words), or because there is nothing
/// to do (and the words say why). "verify" tells what is wrong with a certificate in any case, and fails where the
/// route demands "verified". A relay's bad manners at QUIT are no failure.
///
/// AUTH is spoken within TLS alone, once the route's demand holds; in clear only to a loopback literal.
// clang-format on
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/relay_addresses.hpp"
#include "engine/relay_tls.hpp"
#include "model/route.hpp"

namespace mailstack {

enum class StepOutcome { Ok, Failed, Skipped };
/// "ok", "failed", "skipped".
std::string_view word(StepOutcome outcome) noexcept;

struct RouteStep {
    std::string step;
    StepOutcome outcome;
    /// The relay's own where it has any; printable ASCII, at most 500 octets, without the secret
    /// (concealment.hpp).
    std::string words;
};

using RelayLookUp = std::function<RelayAddresses(const RelayHost& host, std::uint16_t port,
                                                 std::chrono::steady_clock::time_point deadline)>;

/// All nine steps, in their order. `secret` may be absent; `own_name` is what EHLO says. Blocks until the
/// deadline at the latest. Nothing that the relay, the resolver or the network does makes it throw.
std::vector<RouteStep> test_route(const Relay& relay, const Secret* secret, const TrustAnchors& anchors,
                                  const std::string& own_name, std::chrono::steady_clock::time_point deadline,
                                  const RelayLookUp& look_up = relay_addresses);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// The running sendmail asked by which route mail for elsewhere leaves: its own rules answer (check_mail of
/// daemon/m4/routes.m4), out of the map as that process sees it, and to this machine alone.
///
///     question = "MAIL FROM:<mailstack.route>"
///     answer   = "550" SP status SP *text "mailstack route: " route      ; route: a value of "msroute", or "direct"
///
/// MAIL and not EXPN, which PrivacyOptions may forbid (noexpn, goaway).
// clang-format on
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mailstack {

/// The route that a reply to the question names; nothing where it names none.
std::optional<std::string> route_in_reply(std::string_view line);

/// Throws Error{MtaFailed} unless a daemon of this `cf` sends mail for elsewhere by `route`. A cf without a
/// port that can be asked is believed: the map was written under sendmail's own lock, and each look-up sees
/// it.
void prove_route(std::string_view cf, std::string_view route, std::chrono::steady_clock::time_point deadline);

}  // namespace mailstack

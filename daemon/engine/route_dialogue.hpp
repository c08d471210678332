// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The steps of route_test.hpp, one function each, to be taken in their order while none fails.
#pragma once

#include <optional>
#include <string>

#include "engine/concealment.hpp"
#include "engine/route_test.hpp"
#include "engine/smtp_connection.hpp"

namespace mailstack {

/// What a step found. The words are as they came: not yet fit to be shown.
struct RouteFinding {
    StepOutcome outcome;
    std::string words;
};

class RouteDialogue {
  public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// What is referred to must outlive this.
    RouteDialogue(const Relay& relay, const Secret* secret, const TrustAnchors& anchors,
                  const std::string& own_name, Deadline deadline, const RelayLookUp& look_up);

    /// The step's finding; what it throws for the relay is one that failed, and ends the connection.
    RouteFinding attempt(RouteFinding (RouteDialogue::*step)());
    /// What the relay has said in the last step, as it came.
    const std::string& heard() const noexcept { return heard_; }
    /// Says good-bye where a step that failed left a relay that can still be talked to.
    void leave() noexcept;

    RouteFinding resolve();
    RouteFinding connect();
    RouteFinding hear_greeting();
    RouteFinding say_hello();
    RouteFinding start_tls();
    RouteFinding verify();
    RouteFinding say_hello_again();
    RouteFinding authenticate();
    RouteFinding quit();

  private:
    RouteFinding hello();
    SmtpReply answer(const std::string& line);
    bool may_authenticate() const;

    const Relay& relay_;
    const Secret* secret_;
    const TrustAnchors& anchors_;
    const std::string& own_name_;
    Deadline deadline_;
    const RelayLookUp& look_up_;

    RelayAddresses found_{};
    std::optional<SmtpConnection> connection_{};
    SmtpPeer peer_{};  ///< what EHLO answered, within TLS where there is TLS
    std::optional<RelayTls> tls_{};
    std::string heard_{};
};

}  // namespace mailstack

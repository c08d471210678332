// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/route_test.hpp"

#include <array>

#include "engine/route_dialogue.hpp"

namespace mailstack {

std::string_view word(StepOutcome outcome) noexcept {
    switch (outcome) {
        case StepOutcome::Ok:
            return "ok";
        case StepOutcome::Failed:
            return "failed";
        case StepOutcome::Skipped:
            break;
    }
    return "skipped";
}

std::vector<RouteStep> test_route(const Relay& relay, const Secret* secret, const TrustAnchors& anchors,
                                  const std::string& own_name, std::chrono::steady_clock::time_point deadline,
                                  const RelayLookUp& look_up) {
    struct Step {
        const char* name;
        RouteFinding (RouteDialogue::*take)();
    };
    constexpr std::array<Step, 9> all{{{"resolve", &RouteDialogue::resolve},
                                       {"connect", &RouteDialogue::connect},
                                       {"greeting", &RouteDialogue::hear_greeting},
                                       {"ehlo", &RouteDialogue::say_hello},
                                       {"starttls", &RouteDialogue::start_tls},
                                       {"verify", &RouteDialogue::verify},
                                       {"ehlo again", &RouteDialogue::say_hello_again},
                                       {"auth", &RouteDialogue::authenticate},
                                       {"quit", &RouteDialogue::quit}}};
    RouteDialogue dialogue(relay, secret, anchors, own_name, deadline, look_up);
    const Concealment concealment(secret);
    std::vector<RouteStep> steps;
    bool failed = false;
    for (const Step& step : all) {
        if (failed) {
            steps.push_back({step.name, StepOutcome::Skipped, ""});
            continue;
        }
        RouteFinding found = dialogue.attempt(step.take);
        failed = found.outcome == StepOutcome::Failed;
        steps.push_back({step.name, found.outcome, concealment.shown(found.words, dialogue.heard())});
    }
    dialogue.leave();
    return steps;
}

}  // namespace mailstack

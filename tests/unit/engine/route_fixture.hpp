// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A route to a scripted relay, and the relay's usual manners.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "engine/route_test.hpp"
#include "scripted_relay.hpp"

namespace mailstack {

using namespace std::chrono_literals;

inline const std::string host = "smart.example.test";
inline const std::string secret_text = "Geheim-47/11+x";

/// What a relay says. Lines that are no command of these are answered with `answers`, one after another.
struct Manners {
    std::string greeting = "220 relay.test ESMTP ready\r\n";
    std::string hello = "250-relay.test at your service\r\n250-SIZE 1000\r\n250 STARTTLS\r\n";
    std::string starttls = "220 2.0.0 go ahead\r\n";
    std::string hello_within = "250-relay.test again\r\n250 AUTH LOGIN PLAIN\r\n";
    std::vector<std::string> answers{"235 2.7.0 welcome\r\n"};
    std::string quit = "221 2.0.0 bye\r\n";
    Identity identity{};
};

inline void behave(TestClient& client, const Manners& manners) {
    std::size_t answered = 0;
    bool within = false;
    client.say(manners.greeting);
    for (std::string line = client.hear(); !line.empty(); line = client.hear()) {
        if (line.starts_with("EHLO ")) {
            client.say(within ? manners.hello_within : manners.hello);
        } else if (line == "STARTTLS") {
            client.say(manners.starttls);
            within = manners.starttls.starts_with("220") && manners.identity.key != nullptr;
            if (within && !client.start_tls(manners.identity)) {
                return;
            }
        } else if (line == "QUIT") {
            client.say(manners.quit);
            return;
        } else if (answered < manners.answers.size()) {
            client.say(manners.answers[answered++]);
        }
    }
}

inline auto behaving(const Manners& manners) {
    return [manners](TestClient& client) { behave(client, manners); };
}

inline Relay relay_to(const std::string& name, std::uint16_t port, const std::string& tls,
                      const std::string& user = "alice") {
    return {RouteId("home"), RelayHost(name), port, route_tls(tls), user};
}

/// The steps of a route to `relay`, by the name `canonical` where it is an alias.
inline std::vector<RouteStep> steps_to(const ScriptedRelay& relay, const TrustAnchors& anchors,
                                       const Relay& route, const Secret* secret,
                                       std::chrono::milliseconds patience = 10s,
                                       const std::string& canonical = host) {
    const auto look_up = [&](const RelayHost&, std::uint16_t,
                             std::chrono::steady_clock::time_point) -> RelayAddresses {
        return {{relay.address()}, canonical};
    };
    return test_route(route, secret, anchors, "mail.example.test",
                      std::chrono::steady_clock::now() + patience, look_up);
}

/// "resolve ok, connect ok, greeting failed": the names up to the first that failed, or all.
inline std::string outcomes(const std::vector<RouteStep>& steps) {
    std::string text;
    for (const RouteStep& step : steps) {
        text += (text.empty() ? "" : ", ") + step.step;
        if (step.outcome != StepOutcome::Ok) {
            text += " " + std::string(word(step.outcome));
        }
        if (step.outcome == StepOutcome::Failed) {
            break;
        }
    }
    return text;
}

inline std::string words_of(const std::vector<RouteStep>& steps, const std::string& name) {
    for (const RouteStep& step : steps) {
        if (step.step == name) {
            return step.words;
        }
    }
    return "there is no such step";
}

/// The words of the step that failed; whatever follows it is skipped without words.
inline std::string failure(const std::vector<RouteStep>& steps) {
    std::string words = "it did not fail";
    bool failed = false;
    for (const RouteStep& step : steps) {
        if (failed) {
            CHECK(step.outcome == StepOutcome::Skipped);
            CHECK(step.words.empty());
        }
        if (step.outcome == StepOutcome::Failed) {
            failed = true;
            words = step.step + ": " + step.words;
        }
    }
    CHECK(steps.size() == 9);
    return words;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/relay_guard.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/text.hpp"
#include "engine/relay_probes.hpp"
#include "formats/cf_options.hpp"

namespace mailstack {
namespace {

using Route = RelayAttempt::Route;

struct Outcome {
    Rewriting decision;
    Resolution resolution{};  ///< where the attempt routes on
};

/// The questions of all attempts; a macro is defined anew only where it changes.
class Questionnaire {
  public:
    Questionnaire(std::string ruleset, const std::string& delivery_mode) : ruleset_(std::move(ruleset)) {
        define("{deliveryMode}", delivery_mode);  // -bt says "i", whatever the .cf says
    }

    void add(const RelayAttempt& attempt) {
        define("{client_addr}", attempt.client.address);
        define("{client_name}", attempt.client.name);
        define("{client_ptr}", attempt.client.claimed);
        define("{client_resolve}", attempt.client.resolve);
        define("s", attempt.client.claimed);
        define("r", "ESMTP");
        define("f", attempt.sender);
        define("{mail_from}", attempt.sender);
        answers_.push_back(questions_.size());
        questions_.emplace_back(CallRuleset{ruleset_, attempt.recipient});
        if (attempt.route != Route::Direct) {
            questions_.emplace_back(ResolveAddress{attempt.recipient});
        }
    }

    /// One for each attempt that was added, in order.
    std::vector<Outcome> outcomes(const AddressTest& test) const {
        const auto answers = answers_.empty() ? std::vector<AddressAnswer>{} : ask(test, questions_);
        std::vector<Outcome> outcomes;
        for (const std::size_t at : answers_) {
            outcomes.push_back({std::get<Rewriting>(answers[at])});
            if (at + 1 < answers.size() && std::holds_alternative<Resolution>(answers[at + 1])) {
                outcomes.back().resolution = std::get<Resolution>(answers[at + 1]);
            }
        }
        return outcomes;
    }

  private:
    void define(const std::string& macro, const std::string& value) {
        if (defined_[macro] != value) {
            questions_.emplace_back(DefineMacro{macro, value});
            defined_[macro] = value;
        }
    }

    std::string ruleset_;
    std::map<std::string, std::string> defined_;
    std::vector<Question> questions_;
    std::vector<std::size_t> answers_;  ///< where each attempt's decision stands
};

/// Whether a mail that is accepted like this would leave for the stranger.
bool leaves(Route route, const Resolution& resolution) {
    const std::string domain = stranger_domain;
    if (route == Route::Direct) {
        return true;
    }
    if (resolution.mailer == "*error*" || resolution.mailer.empty() || resolution.host.empty()) {
        return false;  // refused, or delivered here
    }
    return resolution.host.find(domain) != std::string::npos || resolution.user.ends_with("@" + domain) ||
           resolution.user.ends_with("@" + domain + ".") ||
           (route == Route::ThroughPartner && resolution.user.find(domain) != std::string::npos);
}

bool passes(const RelayAttempt& attempt, const Outcome& outcome) {
    const std::string& tokens = outcome.decision.tokens;
    return !outcome.decision.error() && !tokens.starts_with("$# discard") && !tokens.starts_with("$# TEMP") &&
           leaves(attempt.route, outcome.resolution);
}

[[noreturn]] void undecided(const RelayAttempt& attempt, const Rewriting& decision) {
    throw Error(Code::InvalidConfiguration,
                "whether this configuration is an open relay cannot be told: asked for mail from " +
                    quoted(attempt.sender) + " to " + quoted(attempt.recipient) + " sendmail says " +
                    quoted(decision.text()) + (decision.words.empty() ? "" : " (" + decision.words + ")") +
                    "; every map that sendmail.cf names must open");
}

/// What sendmail says to each attempt. A temporary answer of the administrator's own rules hides what the
/// standard ones say: those are asked then.
std::vector<Outcome> outcomes_of(const AddressTest& test, const std::vector<RelayAttempt>& attempts) {
    const std::string cf = read_if_regular(test.cf);
    const std::string modes = cf_value(cf, "DeliveryMode");
    const std::string mode = modes.empty() ? "b" : fold_case(modes.substr(0, 1));
    // With delay_checks, check_rcpt calls checkrcpt first.
    const bool delayed = cf.find("\nScheckrcpt\n") != std::string::npos;
    Questionnaire questionnaire(delayed ? "checkrcpt" : "check_rcpt", mode), again("Basic_check_rcpt", mode);
    for (const RelayAttempt& attempt : attempts) {
        questionnaire.add(attempt);
    }
    auto outcomes = questionnaire.outcomes(test);
    std::vector<std::size_t> temporary;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i].decision.temporary_error()) {
            again.add(attempts[i]);
            temporary.push_back(i);
        }
    }
    const auto settled = again.outcomes(test);
    for (std::size_t i = 0; i < settled.size(); ++i) {
        if (settled[i].decision.temporary_error()) {
            undecided(attempts[temporary[i]], settled[i].decision);
        }
        outcomes[temporary[i]] = settled[i];
    }
    return outcomes;
}

/// A variant whose attempts have all passed so far.
struct Open {
    RelayVariant variant;
    std::string words;
};

/// Those of `candidates` whose attempt number `number` passes, or that have none: one process for all of
/// them.
std::vector<Open> still_open(const AddressTest& test, std::vector<Open> candidates, std::size_t number) {
    std::vector<RelayAttempt> attempts;
    for (const Open& candidate : candidates) {
        if (number < candidate.variant.attempts.size()) {
            attempts.push_back(candidate.variant.attempts[number]);
        }
    }
    const auto outcomes = outcomes_of(test, attempts);
    std::vector<Open> open;
    std::size_t at = 0;
    for (Open& candidate : candidates) {
        if (number < candidate.variant.attempts.size()) {
            const Outcome& outcome = outcomes[at];
            if (!passes(attempts[at++], outcome)) {
                continue;
            }
            candidate.words = outcome.decision.text();
        }
        open.push_back(std::move(candidate));
    }
    return open;
}

}  // namespace

std::string RelayOpening::sentence() const {
    return who + " could relay: asked for mail from " + quoted(sender) + " to " + quoted(recipient) +
           " by the client " + client + ", sendmail says " + quoted(words) + "; " + remedy;
}

std::vector<RelayOpening> relay_openings(const AddressTest& test, const RelayInputs& inputs) {
    std::vector<Open> open;
    std::size_t most = 0;
    for (RelayVariant& variant : relay_variants(inputs)) {
        most = std::max(most, variant.attempts.size());
        open.push_back({std::move(variant), ""});
    }
    for (std::size_t number = 0; number < most; ++number) {
        open = still_open(test, std::move(open), number);
    }
    const auto anybody =
        std::find_if(open.begin(), open.end(), [](const Open& one) { return one.variant.anybody; });
    if (anybody != open.end()) {
        open = {*anybody};
    }
    std::vector<RelayOpening> openings;
    for (const auto& [variant, words] : open) {
        const bool told = std::any_of(openings.begin(), openings.end(), [&](const RelayOpening& opening) {
            return opening.who == variant.who;
        });
        if (!told) {
            const RelayAttempt& attempt = variant.attempts.front();
            openings.push_back({variant.who, attempt.client.name + " (" + attempt.client.address + ")",
                                attempt.sender, attempt.recipient, words, variant.remedy});
        }
    }
    return openings;
}

}  // namespace mailstack

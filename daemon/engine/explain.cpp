// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/explain.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "engine/explain_access.hpp"
#include "engine/explain_end.hpp"
#include "engine/explain_hop.hpp"

namespace mailstack {
namespace {

constexpr std::size_t most_steps = 1000;
constexpr std::string_view sound = "... deliverable: ";

bool same(const Resolution& one, const Resolution& other) {
    return std::tie(one.mailer, one.host, one.user) == std::tie(other.mailer, other.host, other.user);
}

/// The ends that `sendmail -bv` told, each given out once as the trace comes to it.
class Ends {
  public:
    Ends(const CfInUse& cf, const Verification& verification)
        : cf_(cf), recipients_(verification.recipients), refusals_(verification.refusals) {}

    /// A line of the trace that is no end of -bv's is left out.
    void add(std::vector<ExplainStep>& steps, const std::string& line) {
        const auto at = line.find(sound);
        if (at != std::string::npos) {
            const Resolution told = read_resolution(line.substr(at + sound.size()));
            const auto found = std::find_if(recipients_.begin(), recipients_.end(),
                                            [&](const Resolution& one) { return same(one, told); });
            if (found == recipients_.end()) {
                differs_ = true;
                return;
            }
            recipients_.erase(found);
            append(steps, delivery_steps(cf_, told));
        } else if (const auto found = std::find(refusals_.begin(), refusals_.end(), line);
                   found != refusals_.end()) {
            refusals_.erase(found);
            steps.push_back(refusal_step(line));
        }
    }

    /// The ends that the trace did not come to.
    void add_rest(std::vector<ExplainStep>& steps) {
        differs_ = differs_ || !recipients_.empty();
        if (differs_) {
            steps.push_back(
                {"unknown",
                 "how sendmail comes to its answer: its trace ends elsewhere than sendmail -bv, whose answer "
                 "is told here; if that stays so, it is a defect of mailstack",
                 ""});
        }
        for (const Resolution& recipient : recipients_) {
            append(steps, delivery_steps(cf_, recipient));
        }
        for (const std::string& line : refusals_) {
            steps.push_back(refusal_step(line));
        }
    }

    static void append(std::vector<ExplainStep>& steps, std::vector<ExplainStep> more) {
        std::move(more.begin(), more.end(), std::back_inserter(steps));
    }

  private:
    const CfInUse& cf_;
    std::vector<Resolution> recipients_;
    std::vector<std::string> refusals_;
    bool differs_ = false;
};

/// A repeated step tells nothing: an alias met twice is the same alias.
void drop_repeated(std::vector<ExplainStep>& steps) {
    std::vector<ExplainStep> kept;
    for (ExplainStep& step : steps) {
        const bool told = step.step != "mailer" && step.step != "refused" &&
                          std::any_of(kept.begin(), kept.end(), [&](const ExplainStep& other) {
                              return std::tie(other.step, other.happens, other.place) ==
                                     std::tie(step.step, step.happens, step.place);
                          });
        if (!told) {
            kept.push_back(std::move(step));
        }
    }
    steps = std::move(kept);
}

void cut(std::vector<ExplainStep>& steps) {
    if (steps.size() > most_steps) {
        const auto more = steps.size() - (most_steps - 1);
        steps.resize(most_steps - 1);
        steps.push_back({"unknown", std::to_string(more) + " more steps are not shown", ""});
    }
}

}  // namespace

std::vector<ExplainStep> explain_steps(const Configuration& configuration, const CfInUse& cf,
                                       const AskedAddress& asked) {
    std::vector<ExplainStep> steps = access_steps(configuration, asked);
    HopExplainer hops(configuration);
    Ends ends(cf, asked.verification);
    for (const TraceEvent& event : asked.events) {
        if (const auto* const answered = std::get_if<Answered>(&event)) {
            ends.add(steps, answered->line);
        } else {
            Ends::append(steps, hops.steps_of(event));
        }
        if (steps.size() > 4 * most_steps) {
            break;
        }
    }
    if (steps.size() <= most_steps) {
        drop_repeated(steps);
        ends.add_rest(steps);
    }
    cut(steps);
    return steps;
}

std::vector<ExplainStep> explain(const Configuration& configuration, const AddressTest& test,
                                 const MailAddress& address, RecipesOf recipes_of) {
    if (::access(test.program.c_str(), X_OK) != 0) {
        throw Error(Code::NoMta, "there is no sendmail to ask: " + quoted(test.program) + " cannot be run");
    }
    const CfInUse cf{.path = test.cf, .text = read_if_regular(test.cf), .recipes_of = std::move(recipes_of)};
    if (cf.text.empty()) {
        throw Error(Code::NoMta, "there is no " + test.cf + " that sendmail could be asked about");
    }
    AskedAddress asked{.address = address.text()};
    asked.verification = verify(test, address.text());
    asked.events = trace_address(test, address.text());
    try {
        asked.check = check_recipient(test, address.text());
    } catch (const Error& failure) {
        asked.check_failure = failure.what();
    }
    return explain_steps(configuration, cf, asked);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/batch.hpp"

#include <algorithm>
#include <iterator>

#include "engine/activation.hpp"
#include "engine/apply.hpp"
#include "engine/apply_recipe.hpp"
#include "engine/apply_route.hpp"
#include "engine/authorization.hpp"
#include "engine/derive.hpp"
#include "engine/file_locks.hpp"
#include "engine/loader.hpp"
#include "engine/remake.hpp"
#include "engine/request_keys.hpp"
#include "engine/secret_file.hpp"
#include "engine/staged_check.hpp"

namespace mailstack {

namespace {

constexpr int most_attempts = 20;

bool same_files(const std::vector<Managed>& some, const std::vector<Managed>& others) {
    return std::equal(some.begin(), some.end(), others.begin(), others.end(),
                      [](const Managed& one, const Managed& other) {
                          return one.text_path == other.text_path && one.map_path == other.map_path;
                      });
}

/// What sendmail reads when it starts or reloads is live then, hand edits too. True: there were some.
bool make_live(Configuration& after) {
    bool any = false;
    for (Managed* const managed : all_managed(after)) {
        any = any || (managed->read_at_start && managed->drifted);
        managed->drifted = managed->drifted && !managed->read_at_start;
    }
    return any;
}

/// One attempt at a batch, from the lock to the commit.
class Attempt {
  public:
    Attempt(const Workshop& workshop, const IsAccount& is_account, Snapshot& now,
            const std::vector<Request>& requests)
        : workshop_(workshop), is_account_(is_account), now_(now), requests_(requests) {
        result_.answers.assign(requests.size(), Outcome{});
    }

    /// Throws RolledBack, and Error where nothing was changed; answered() then has the rest.
    void run() {
        FileLocks locks = lock_and_load();
        Configuration after = now_.configuration;
        for (std::size_t i = 0; i < requests_.size(); ++i) {
            try {
                apply_one(i, after);
            } catch (const Error& refusal) {
                result_.answers[i] = refusal;
            }
        }
        carry_out_all(std::move(after), locks);
    }

    BatchResult answered() { return std::move(result_); }

    /// Those that had been accepted fail together; who was refused keeps his own answer.
    BatchResult failed(const Error& failure) {
        const bool none_judged = accepted_.empty() && result_.changed.empty();
        for (Result& answer : result_.answers) {
            if (none_judged || std::holds_alternative<Outcome>(answer)) {
                answer = failure;
            }
        }
        result_.summaries.clear();
        result_.changed = {};
        return answered();
    }

  private:
    /// sendmail.cf may name other files than it did: then those are locked.
    FileLocks lock_and_load() {
        for (;;) {
            const std::vector<Managed> wanted = touched();
            auto locks = lock_files(workshop_.disk, wanted);
            workshop_.beat();
            now_.configuration =
                load(workshop_.layout, workshop_.disk, workshop_.journal.newest().files, &now_.configuration);
            if (same_files(wanted, touched())) {
                learn_origin();
                return locks;
            }
        }
    }

    /// Once for each machine: a sendmail.cf that was there before us may be m4's work or somebody's.
    void learn_origin() {
        CfSource& cf = now_.configuration.cf;
        cf.made = cf.known ? cf.made : is_made(workshop_, now_.configuration);
        cf.known = true;
    }

    /// What the requests may change.
    std::vector<Managed> touched() const {
        std::vector<Managed> all;
        for (const Managed* const managed : all_managed(now_.configuration)) {
            if (std::any_of(requests_.begin(), requests_.end(), [&](const Request& request) {
                    return touches(request.change, now_.configuration, *managed);
                })) {
                all.push_back(*managed);
            }
        }
        return all;
    }

    void apply_one(std::size_t i, Configuration& after) {
        const Request& request = requests_[i];
        // Whoever was granted everything needs no look at the accounts, which may cost more than the change.
        if (!request.granted.all()) {
            require_granted(request, after);
        }
        const bool remakes = remakes_cf(after, request.change);
        Applied applied = remakes ? apply_remaking(workshop_, after, request.change)
                          : is_recipe_change(request.change)
                              ? apply_recipe_change(workshop_, after, request.change)
                              : mailstack::apply(after, request.change);
        after = std::move(applied.configuration);
        changes_nothing_.push_back(applied.changed.empty() && applied.files.empty());
        std::move(applied.files.begin(), applied.files.end(), std::back_inserter(files_));
        demand_.certificates = std::move(applied.certificates);
        demand_.readable = std::move(applied.readable);
        demand_.delivery = applied.delivery;
        Outcome outcome;
        outcome.added = applied.added;
        outcome.replaced = applied.replaced;
        outcome.kept = applied.kept;
        result_.answers[i] = outcome;
        accepted_.push_back(i);
        demand_.activation = std::max({demand_.activation, activation_of(request.change),
                                       remakes ? Activation::Reload : Activation::None});
        if (const auto* const setup = std::get_if<Setup>(&request.change)) {
            demand_.brings_up = true;
            demand_.services = setup->installed.services;
            publish_ = Publish::Missing;
        } else if (std::holds_alternative<Reload>(request.change)) {
            publish_ = Publish::All;
        }
        result_.changed.add(std::move(applied.changed));
    }

    /// The configuration may have changed while polkit was asked: what was granted may not be what is needed
    /// now.
    void require_granted(const Request& request, const Configuration& after) const {
        const Actions missing = required_actions(after, request.change, is_account_) & ~request.granted;
        if (missing.none()) {
            return;
        }
        std::string names;
        for (std::size_t i = 0; i < action_count; ++i) {
            if (missing.test(i)) {
                names += (names.empty() ? "" : ", ") + std::string(action_names[i]);
            }
        }
        throw Error(Code::AccessDenied,
                    "this change requires " + names + ", which was not granted; nothing was changed");
    }

    void carry_out_all(Configuration after, FileLocks& locks) {
        Plan plan = render(before(after), after, result_.changed, publish_);
        plan.files = std::move(files_);
        if (says_route(plan)) {
            demand_.route = after.routes.file.value(".").value_or("direct");
        }
        if (demand_.brings_up && !needs_reload(plan, after)) {
            demand_.activation = Activation::None;
        }
        plan.makes_live = demand_.activation != Activation::None && make_live(after);
        // A sendmail.mc whose edits make the same sendmail.cf is live with it.
        plan.makes_live = plan.makes_live || (now_.configuration.mc.drifted && !after.mc.drifted);
        if (plan.empty()) {
            locks.maps.clear();
            if (demand_.activation == Activation::Reload) {
                check_unchanged(workshop_, after);
            }
            activate(workshop_, demand_);
        } else {
            carry_out(workshop_, plan, callers(), demand_, after, locks);
            for (AliasSource& source : after.aliases) {
                source.file = source.file.compacted();
            }
            if (result_.changed.route_texts && !now_.configuration.routes.drifted) {
                remove_unused_secrets(workshop_.layout.secrets(), workshop_.disk, after.routes.file);
            }
            clear_requests();
            now_.configuration = std::move(after);
            now_.generation = workshop_.journal.newest().generation;
        }
        const bool live = workshop_.mta.state() == MtaState::Running;
        now_.live_generation = live ? now_.generation : now_.live_generation;
        for (const std::size_t i : accepted_) {
            auto& outcome = std::get<Outcome>(result_.answers[i]);
            outcome.generation = now_.generation;
            // procmail reads recipes for each message, whoever hands it over.
            outcome.live = live || is_recipe_change(requests_[i].change);
        }
        for (const CallerRecord& caller : callers()) {
            if (!plan.empty()) {
                result_.summaries.push_back(caller.summary);
            }
        }
    }

    /// A request's key has become the server's, or there are too many.
    void clear_requests() const {
        for (const std::size_t i : accepted_) {
            const auto* const installed = std::get_if<InstallCertificate>(&requests_[i].change);
            const auto* const kept = std::get_if<KeepRequestKey>(&requests_[i].change);
            if (installed != nullptr || kept != nullptr) {
                remove_old_requests(workshop_.layout.requests(), workshop_.disk,
                                    installed == nullptr ? "" : installed->chain.leaf().public_fingerprint,
                                    kept == nullptr ? "" : kept->file->path);
            }
        }
    }

    /// Whether somebody is to be told that mail leaves by the active route.
    bool says_route(const Plan& plan) const {
        return std::any_of(plan.maps.begin(), plan.maps.end(),
                           [](const MapUpdate& map) { return map.format == MapFormat::Route; }) ||
               (std::any_of(accepted_.begin(), accepted_.end(),
                            [&](std::size_t i) {
                                return std::holds_alternative<ActivateRoute>(requests_[i].change);
                            }) &&
                !now_.configuration.routes.map_path.empty());
    }

    /// What the new .cf names was read twice: a save in between belongs to neither.
    static void require_same_files(const Configuration& before, const Configuration& after) {
        const auto was = all_managed(before);
        const auto is = all_managed(after);
        for (std::size_t i = 0; i < std::min(was.size(), is.size()); ++i) {
            if (was[i]->text_path == is[i]->text_path && was[i]->text_identity != is[i]->text_identity) {
                throw RolledBack{
                    .cause = Error(Code::Busy,
                                   is[i]->text_path + " was changed by another program at the same moment"),
                    .files_whole = true,
                    .undo_failure = {},
                    .notes = {}};
            }
        }
    }

    /// What there is before the change, of all that a new sendmail.cf names.
    Configuration before(const Configuration& after) const {
        Configuration present = now_.configuration;
        if (&after.cf.file.print() == &present.cf.file.print()) {
            return present;
        }
        present = with_cf(workshop_.layout, workshop_.disk, workshop_.journal.newest().files, present,
                          after.cf.file);
        present.cf = now_.configuration.cf;
        require_same_files(present, after);
        return present;
    }

    std::vector<CallerRecord> callers() const {
        std::vector<CallerRecord> all;
        for (std::size_t k = 0; k < accepted_.size(); ++k) {
            const Request& request = requests_[accepted_[k]];
            if (!changes_nothing_[k] || demand_.activation != Activation::None || demand_.brings_up) {
                all.push_back({.uid = request.uid, .summary = summary(request.change)});
            }
        }
        return all;
    }

    const Workshop& workshop_;
    const IsAccount& is_account_;
    Snapshot& now_;
    const std::vector<Request>& requests_;
    BatchResult result_;
    std::vector<std::size_t> accepted_;
    std::vector<bool> changes_nothing_;
    ProvidedFiles files_;
    Demand demand_;
    Publish publish_ = Publish::Changes;
};

BatchResult all_answered(const std::vector<Request>& requests, const Error& failure) {
    BatchResult result;
    result.answers.assign(requests.size(), failure);
    return result;
}

std::string explained(const RolledBack& rolled_back) {
    std::string text = rolled_back.cause.what();
    if (!rolled_back.files_whole) {
        return text + "; undoing it failed as well: " + rolled_back.undo_failure +
               ". mailstackd changes nothing more until an administrator has looked (mailstackd(8), "
               "DEGRADED)";
    }
    text += "; the old configuration is back";
    if (!rolled_back.undo_failure.empty()) {
        text += ", but the MTA did not come back with it: " + rolled_back.undo_failure;
    }
    for (const UndoNote& note : rolled_back.notes) {
        text += "; " + note.text;
    }
    return text;
}

void note(Snapshot& now, const std::vector<UndoNote>& notes, bool repeated) {
    for (const UndoNote& one : notes) {
        if (!(repeated && one.until_repeated)) {
            now.reason += (now.reason.empty() ? "" : "; ") + one.text;
        }
    }
}

void degrade(Snapshot& now, const std::string& reason) {
    now.state = EngineState::Degraded;
    now.reason = reason;
}

/// The answer to those whose change was undone.
Error after_undo(Snapshot& now, const Workshop& workshop, const RolledBack& rolled_back) {
    const std::string reason = explained(rolled_back);
    if (!rolled_back.files_whole) {
        degrade(now, reason);
        return {Code::Degraded, reason};
    }
    try {
        now.configuration =
            load(workshop.layout, workshop.disk, workshop.journal.newest().files, &now.configuration);
    } catch (const Error& failure) {
        degrade(now, reason + "; reading the files again failed: " + failure.what());
    }
    return {rolled_back.cause.code(), reason};
}

/// What sendmail.cf lacks for a route is there, and live, before a map names it: a change of its own, in
/// front of the one that needs it. Returns what refused it.
std::optional<BatchResult> add_route_rules(const Workshop& workshop, const IsAccount& is_account,
                                           Snapshot& now, const std::vector<Request>& requests) {
    if (requests.size() != 1 || std::holds_alternative<AddRouteRules>(requests.front().change) ||
        !needs_route_rules(now.configuration, requests.front().change)) {
        return std::nullopt;
    }
    Request rules = requests.front();
    rules.change =
        AddRouteRules{changed_routes(now.configuration.routes.file.routes(), requests.front().change)};
    BatchResult result = run_batch(workshop, is_account, now, {rules});
    const bool refused = std::holds_alternative<Error>(result.answers.front());
    return refused ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace

BatchResult run_batch(const Workshop& workshop, const IsAccount& is_account, Snapshot& now,
                      const std::vector<Request>& requests) {
    if (now.state == EngineState::Degraded) {
        return all_answered(
            requests, Error(Code::Degraded, "mailstackd is degraded and changes nothing: " + now.reason));
    }
    if (auto refused = add_route_rules(workshop, is_account, now, requests)) {
        return std::move(*refused);
    }
    for (int tries = 1;; ++tries) {
        Attempt attempt(workshop, is_account, now, requests);
        try {
            attempt.run();
            return attempt.answered();
        } catch (const RolledBack& rolled_back) {
            // An editor saved at the same moment: once more, on what it saved, read anew whatever its
            // identity.
            if (rolled_back.files_whole && rolled_back.cause.code() == Code::Busy && tries < most_attempts) {
                for (Managed* const managed : all_managed(now.configuration)) {
                    managed->text_identity = {};
                }
                note(now, rolled_back.notes, true);
                continue;
            }
            note(now, rolled_back.notes, false);
            const Error failure = after_undo(now, workshop, rolled_back);
            BatchResult result = attempt.failed(failure);
            result.rolled_back = failure.what();
            return result;
        } catch (const Error& failure) {
            return attempt.failed(failure);
        } catch (const std::exception& failure) {
            return attempt.failed(Error(Code::Internal, failure.what()));
        }
    }
}

}  // namespace mailstack

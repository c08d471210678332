// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/batch.hpp"

#include "engine/apply.hpp"
#include "engine/authorization.hpp"
#include "engine/loader.hpp"
#include "engine/undo.hpp"

namespace mailstack {

namespace {

constexpr std::chrono::seconds lock_patience{10};
constexpr int most_attempts = 20;

/// The locks that sendmail's own programs take, texts first as they do, from the first read until done.
std::vector<std::unique_ptr<FileLock>> lock_all(Disk& disk, const Configuration& configuration) {
    std::vector<std::unique_ptr<FileLock>> locks;
    for (const AliasSource& source : configuration.aliases) {
        if (disk.identity(source.text_path).exists()) {
            locks.push_back(disk.lock(source.text_path, lock_patience));
        }
        if (!source.map_path.empty() && disk.identity(source.map_path).exists()) {
            locks.push_back(disk.lock(source.map_path, lock_patience));
        }
    }
    return locks;
}

/// One attempt at a batch, from the lock to the commit.
class Attempt {
  public:
    Attempt(const Workshop& workshop, const IsAccount& is_account, Snapshot& now,
            const std::vector<Request>& requests)
        : workshop_(workshop), is_account_(is_account), now_(now), requests_(requests) {
        result_.answers.assign(requests.size(), Outcome{});
    }

    BatchResult run() {
        const auto locks = lock_all(workshop_.disk, now_.configuration);
        workshop_.beat();
        now_.configuration =
            load(workshop_.layout, workshop_.disk, workshop_.journal.newest().files, &now_.configuration);
        Configuration after = now_.configuration;
        for (std::size_t i = 0; i < requests_.size(); ++i) {
            try {
                apply_one(i, after);
            } catch (const Error& refusal) {
                result_.answers[i] = refusal;
            }
        }
        carry_out_all(std::move(after));
        return std::move(result_);
    }

  private:
    void apply_one(std::size_t i, Configuration& after) {
        const Request& request = requests_[i];
        // Whoever was granted everything needs no look at the accounts, which may cost more than the change.
        if (!request.granted.all()) {
            require_granted(request, after);
        }
        Applied applied = mailstack::apply(after, request.change);
        after = std::move(applied.configuration);
        Outcome outcome;
        outcome.added = applied.added;
        outcome.replaced = applied.replaced;
        outcome.kept = applied.kept;
        result_.answers[i] = outcome;
        changes_nothing_.push_back(applied.changed.empty());
        accepted_.push_back(i);
        activation_ = std::max(activation_, activation_of(request.change));
        result_.changed.insert(result_.changed.end(), applied.changed.begin(), applied.changed.end());
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

    void carry_out_all(Configuration after) {
        const bool publishes = activation_ == Activation::Reload;
        const Plan plan = render(now_.configuration, after, result_.changed, publishes);
        if (plan.empty()) {
            activate(workshop_.mta, activation_);
        } else {
            carry_out(workshop_, plan, callers(), activation_, after);
            for (AliasSource& source : after.aliases) {
                source.file = source.file.compacted();
            }
            now_.configuration = std::move(after);
            now_.generation = workshop_.journal.newest().generation;
        }
        const bool live = workshop_.mta.state() == MtaState::Running;
        now_.live_generation = live ? now_.generation : now_.live_generation;
        for (const std::size_t i : accepted_) {
            auto& outcome = std::get<Outcome>(result_.answers[i]);
            outcome.generation = now_.generation;
            outcome.live = live;
            if (!plan.empty()) {
                result_.summaries.push_back(summary(requests_[i].change));
            }
        }
    }

    std::vector<CallerRecord> callers() const {
        std::vector<CallerRecord> all;
        for (std::size_t k = 0; k < accepted_.size(); ++k) {
            const Request& request = requests_[accepted_[k]];
            if (!changes_nothing_[k] || activation_ != Activation::None) {
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
    Activation activation_ = Activation::None;
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
    for (const std::string& note : rolled_back.notes) {
        text += "; " + note;
    }
    return text;
}

BatchResult after_undo(Snapshot& now, const Workshop& workshop, const std::vector<Request>& requests,
                       const RolledBack& rolled_back) {
    const std::string reason = explained(rolled_back);
    if (rolled_back.files_whole) {
        now.configuration =
            load(workshop.layout, workshop.disk, workshop.journal.newest().files, &now.configuration);
    } else {
        now.state = EngineState::Degraded;
        now.reason = reason;
    }
    BatchResult result = all_answered(
        requests, Error(rolled_back.files_whole ? rolled_back.cause.code() : Code::Degraded, reason));
    result.rolled_back = reason;
    return result;
}

}  // namespace

BatchResult run_batch(const Workshop& workshop, const IsAccount& is_account, Snapshot& now,
                      const std::vector<Request>& requests) {
    if (now.state == EngineState::Degraded) {
        return all_answered(
            requests, Error(Code::Degraded, "mailstackd is degraded and changes nothing: " + now.reason));
    }
    for (int attempt = 1;; ++attempt) {
        try {
            return Attempt(workshop, is_account, now, requests).run();
        } catch (const RolledBack& rolled_back) {
            // An editor saved at the same moment: once more, on what it saved.
            if (rolled_back.files_whole && rolled_back.cause.code() == Code::Busy &&
                attempt < most_attempts) {
                continue;
            }
            return after_undo(now, workshop, requests, rolled_back);
        } catch (const Error& failure) {
            return all_answered(requests, failure);
        }
    }
}

Recovered recover_files(const Layout& layout, Disk& disk, Journal& journal) {
    Recovered recovered;
    if (const auto pending = journal.pending()) {
        recovered.activation = pending->activation;
        for (const std::string& note : undo_files(layout, disk, journal, *pending)) {
            recovered.note += (recovered.note.empty() ? "" : "; ") + note;
        }
    }
    remove_stage(layout, disk, 0);
    return recovered;
}

}  // namespace mailstack

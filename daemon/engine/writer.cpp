// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/writer.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "engine/activation.hpp"
#include "engine/apply.hpp"
#include "engine/apply_recipe.hpp"
#include "engine/apply_route.hpp"
#include "engine/authorization.hpp"
#include "engine/batch.hpp"
#include "engine/loader.hpp"
#include "engine/recovery.hpp"
#include "engine/secret_file.hpp"

namespace mailstack {

/// A request, or a look at the disk that somebody waits for, or a computation.
struct QueuedWork {
    std::optional<Request> request{};
    std::function<void()> refreshed{};
    std::function<void()> computation{};
};

namespace {

using Clock = std::chrono::steady_clock;

bool is_map_change(const QueuedWork& work) {
    if (!work.request) {
        return false;
    }
    const Change& change = work.request->change;
    const bool brings_file = std::holds_alternative<KeepRequestKey>(change) ||
                             std::holds_alternative<NoteExpiryWarning>(change) || is_recipe_change(change);
    return activation_of(change) == Activation::None && !std::holds_alternative<ImportAliases>(change) &&
           !is_route_change(change) && !brings_file;
}

/// Map-class changes are one transaction; one look at the disk serves all who wait for one.
bool go_together(const QueuedWork& one, const QueuedWork& next) {
    return (is_map_change(one) && is_map_change(next)) || (one.refreshed && next.refreshed);
}

}  // namespace

struct Writer::State {
    State(Layout where, Disk& its_disk, Mta& its_mta, Programs its_programs, IsAccount accounts, Post to_loop,
          WriterEvents tell)
        : layout(std::move(where)),
          disk(its_disk),
          mta(its_mta),
          programs(std::move(its_programs)),
          is_account(std::move(accounts)),
          post(std::move(to_loop)),
          events(std::make_shared<const WriterEvents>(std::move(tell))) {}

    // ---- shared with the loop, under the mutex
    mutable std::mutex mutex;
    std::condition_variable wake;
    std::deque<QueuedWork> queue;
    bool stopping = false;
    bool busy = false;
    Clock::time_point last_sign = Clock::now();
    std::shared_ptr<const Snapshot> published;

    // ---- the writer's own
    Layout layout;
    Disk& disk;
    Mta& mta;
    Programs programs;
    IsAccount is_account;
    Post post;
    std::shared_ptr<const WriterEvents> events;  ///< what was posted may run after the writer has gone
    std::unique_ptr<FileLock> only_daemon;
    std::unique_ptr<Journal> journal;
    Snapshot now;
    std::string load_failure;  ///< why the files could not be read again, as long as they cannot
    bool mta_is_behind = false;
    std::thread thread;

    void start();
    void bring_mta_back();
    void run();
    void work_on(std::vector<QueuedWork> batch);
    void look_again();
    void change(std::vector<Request> requests);
    Workshop workshop(std::function<void(std::uint64_t, std::uint64_t)> progress);
    void archive();
    void publish();
    void beat();
    std::vector<QueuedWork> next_batch();
    void answer_rest();
};

Writer::Writer(Layout layout, Disk& disk, Mta& mta, Programs programs, IsAccount is_account, Post post,
               WriterEvents events)
    : state_(std::make_unique<State>(std::move(layout), disk, mta, std::move(programs), std::move(is_account),
                                     std::move(post), std::move(events))) {
    state_->start();
    state_->thread = std::thread([this] { state_->run(); });
}

Writer::~Writer() {
    {
        const std::lock_guard guard(state_->mutex);
        state_->stopping = true;
    }
    state_->wake.notify_one();
    state_->thread.join();
}

void Writer::State::start() {
    disk.make_directory(layout.home(), 0711);
    only_daemon = disk.lock(layout.home(), std::chrono::seconds(10));
    journal = std::make_unique<Journal>(layout, disk);
    try {
        const Recovered recovered = recover_files(layout, disk, *journal);
        now.reason = recovered.note;
        mta_is_behind = recovered.activation != Activation::None;
        if (recovered.undone) {
            post([events = events, generation = journal->newest().generation] {
                events->rolled_back(generation, "a crash had left a change half done; it was undone");
            });
        }
    } catch (const Error& failure) {
        if (failure.code() == Code::Busy) {
            throw;  // somebody holds a lock: a later start will do it
        }
        now.state = EngineState::Degraded;
        now.reason = std::string("what a crash left half done cannot be undone: ") + failure.what();
    }
    now.configuration = load(layout, disk, journal->newest().files, nullptr);
    if (!now.configuration.routes.drifted) {
        remove_unused_secrets(layout.secrets(), disk, now.configuration.routes.file);
    }
    now.generation = journal->newest().generation;
    now.live_generation = mta.state() == MtaState::Running ? now.generation : 0;
    now.drifted = drifted_paths(now.configuration);
    published = std::make_shared<Snapshot>(now);
}

/// An MTA that had taken up what a crash left half done takes up what was put back. Not before the loop runs,
/// which talks to systemd.
void Writer::State::bring_mta_back() {
    if (!mta_is_behind || mta.state() != MtaState::Running) {
        return;
    }
    try {
        activate_again(workshop({}), true, false);
    } catch (const Error& failure) {
        now.reason +=
            (now.reason.empty() ? "" : "; ") + std::string("after a crash was undone: ") + failure.what();
        publish();
    }
}

void Writer::State::run() {
    bring_mta_back();
    for (;;) {
        std::vector<QueuedWork> batch = next_batch();
        if (batch.empty()) {
            break;
        }
        work_on(std::move(batch));
    }
    answer_rest();
}

/// Waits for work. Map-class changes that wait together come together, and so do looks at the disk; what
/// disturbs the MTA, and an import, comes alone.
std::vector<QueuedWork> Writer::State::next_batch() {
    constexpr std::size_t most = 1000;
    std::unique_lock guard(mutex);
    busy = false;
    wake.wait(guard, [this] { return stopping || !queue.empty(); });
    std::vector<QueuedWork> batch;
    while (!stopping && !queue.empty() && batch.size() < most) {
        if (!batch.empty() && !go_together(batch.front(), queue.front())) {
            break;
        }
        batch.push_back(std::move(queue.front()));
        queue.pop_front();
    }
    busy = true;
    last_sign = Clock::now();
    return batch;
}

void Writer::State::work_on(std::vector<QueuedWork> batch) {
    if (batch.front().computation) {
        batch.front().computation();
        return;
    }
    if (!batch.front().request) {
        look_again();
        for (QueuedWork& work : batch) {
            post(std::move(work.refreshed));
        }
        return;
    }
    std::vector<Request> requests;
    requests.reserve(batch.size());
    for (QueuedWork& work : batch) {
        requests.push_back(std::move(*work.request));
    }
    change(std::move(requests));
}

void Writer::State::look_again() {
    load_failure.clear();
    try {
        now.configuration = load(layout, disk, journal->newest().files, &now.configuration);
        if (mta.state() == MtaState::Running) {
            now.live_generation = now.generation;
        }
    } catch (const std::exception& failure) {
        load_failure = failure.what();
    }
    publish();
}

Workshop Writer::State::workshop(std::function<void(std::uint64_t, std::uint64_t)> progress) {
    return {.layout = layout,
            .disk = disk,
            .mta = mta,
            .programs = programs,
            .journal = *journal,
            .beat = [this] { beat(); },
            .progress =
                [this, told = std::move(progress)](std::uint64_t done, std::uint64_t total) {
                    beat();
                    if (told) {
                        post([told, done, total] { told(done, total); });
                    }
                }};
}

/// Publishes the snapshot, then the signals, then the replies.
void Writer::State::change(std::vector<Request> requests) {
    BatchResult result = run_batch(workshop(requests.front().progress), is_account, now, requests);
    publish();
    if (!result.summaries.empty()) {
        post([events = events, generation = now.generation, summaries = std::move(result.summaries)] {
            events->applied(generation, summaries);
        });
    }
    if (!result.changed.aliases.empty()) {
        post(
            [events = events, names = std::move(result.changed.aliases)] { events->aliases_changed(names); });
    }
    for (auto& [table, keys] : result.changed.entries) {
        post([events = events, table, keys = std::move(keys)] { events->entries_changed(table, keys); });
    }
    if (result.rolled_back) {
        post([events = events, generation = now.generation, reason = *result.rolled_back] {
            events->rolled_back(generation, reason);
        });
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
        post([done = std::move(requests[i].done), answer = std::move(result.answers[i])] { done(answer); });
    }
    archive();
}

/// Where it fails the journal stays where it is, whole, and is archived later.
void Writer::State::archive() {
    try {
        journal->archive();
    } catch (const Error& failure) {
        log::warning(std::string("the journal was not archived: ") + failure.what());
    }
}

void Writer::State::publish() {
    now.drifted = drifted_paths(now.configuration);
    auto next = std::make_shared<Snapshot>(now);
    if (!load_failure.empty()) {
        next->reason += (next->reason.empty() ? "" : "; ") + load_failure;
    }
    std::shared_ptr<const Snapshot> newest = std::move(next);
    {
        const std::lock_guard guard(mutex);
        published.swap(newest);
    }
    post([events = events] { events->snapshot_changed(); });
}

void Writer::State::beat() {
    const std::lock_guard guard(mutex);
    last_sign = Clock::now();
}

void Writer::State::answer_rest() {
    const std::lock_guard guard(mutex);
    for (QueuedWork& work : queue) {
        if (work.request) {
            post([done = std::move(work.request->done)] {
                done(Error(Code::Busy, "mailstackd is stopping; nothing was changed"));
            });
        } else if (work.refreshed) {
            post(std::move(work.refreshed));
        }
    }
    queue.clear();
}

void Writer::submit(Request request) {
    {
        const std::lock_guard guard(state_->mutex);
        state_->queue.push_back({.request = std::move(request)});
    }
    state_->wake.notify_one();
}

void Writer::compute(std::function<void()> work) {
    {
        const std::lock_guard guard(state_->mutex);
        state_->queue.push_back({.computation = std::move(work)});
    }
    state_->wake.notify_one();
}

void Writer::refresh(std::function<void()> done) {
    {
        const std::lock_guard guard(state_->mutex);
        state_->queue.push_back({.refreshed = std::move(done)});
    }
    state_->wake.notify_one();
}

bool Writer::fresh() const {
    try {
        return unchanged(state_->disk, snapshot()->configuration);
    } catch (const Error&) {
        return false;  // a look at the disk by the writer will tell what is wrong
    }
}

std::shared_ptr<const Snapshot> Writer::snapshot() const {
    const std::lock_guard guard(state_->mutex);
    return state_->published;
}

bool Writer::idle() const {
    const std::lock_guard guard(state_->mutex);
    return state_->queue.empty() && !state_->busy;
}

std::chrono::seconds Writer::stuck_for() const {
    const std::lock_guard guard(state_->mutex);
    return state_->busy ? std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - state_->last_sign)
                        : std::chrono::seconds(0);
}

}  // namespace mailstack

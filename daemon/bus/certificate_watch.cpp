// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/certificate_watch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/file_facts.hpp"

namespace mailstack {
namespace {

constexpr std::chrono::seconds patience{15};
constexpr std::chrono::seconds until_again{10};

}  // namespace

CertificateWatch::CertificateWatch(Loop& loop, const Writer& writer, const Mta& mta,
                                   std::function<void()> changed)
    : loop_(loop), writer_(writer), mta_(mta), changed_(std::move(changed)) {}

std::string CertificateWatch::reading() const {
    if (mta_.state() != MtaState::Running) {
        return "";
    }
    return "running " + file_stamp(writer_.snapshot()->configuration.named.pid_file);
}

void CertificateWatch::look() {
    const std::string now = reading();
    if (now.empty()) {
        served_.clear();  // whoever is being asked has ended meanwhile
    }
    if (!asking_ && now != asked_at_) {
        ask();
    }
}

void CertificateWatch::await() {
    constexpr std::chrono::milliseconds a_moment{500};
    look();
    if (asking_ && !std::exchange(awaited_, true)) {
        const auto heard_all = [this] {
            look();  // it may have read its files again while it was asked
            return !asking_ || reading().empty();
        };
        loop_.run_posted_until(heard_all, a_moment);
    }
}

void CertificateWatch::list(Listed done) {
    waiting_.push_back(std::move(done));
    if (!asking_) {
        ask();
    }
}

void CertificateWatch::ask() {
    const std::string now = reading();
    awaited_ = awaited_ && now == asked_at_;
    asked_at_ = now;
    answering_ = std::exchange(waiting_, {});
    if (asked_at_.empty()) {
        take({});
        return;
    }
    asking_ = true;
    observer_.run([this, snapshot = writer_.snapshot()] {
        auto served = served_certificates(snapshot->configuration.cf.file.print(),
                                          std::chrono::steady_clock::now() + patience);
        loop_.post([this, served = std::move(served)]() mutable { take(std::move(served)); });
    });
}

void CertificateWatch::take(std::vector<ServedCertificate> served) {
    served_ = std::move(served);
    asking_ = false;
    for (const Listed& done : std::exchange(answering_, {})) {
        done(served_);
    }
    // A port that was busy is no lasting truth.
    const bool failed = std::any_of(served_.begin(), served_.end(),
                                    [](const ServedCertificate& one) { return !one.failure.empty(); });
    again_ = failed ? loop_.after(until_again, [this] { asked_at_ = "to be asked again"; }) : Loop::Source();
    changed_();
    if (!waiting_.empty() && !asking_) {
        ask();
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <utility>

#include "format.hpp"

namespace mailstack::client {
namespace {

constexpr std::size_t bar_width = 30;
constexpr const char* wiped_line = "\r\x1b[K";

bool on_terminal() {
    return isatty(STDERR_FILENO) == 1;
}

void tell_every_second(const std::stop_token& stop, const std::string& what) {
    std::mutex mutex;
    std::condition_variable_any ended;
    std::unique_lock lock(mutex);
    int seconds = 0;
    while (!ended.wait_for(lock, stop, std::chrono::seconds(1), [&] { return stop.stop_requested(); })) {
        std::cerr << wiped_line << "waiting for " << what << ": " << ++seconds << " s" << std::flush;
    }
    if (seconds > 0) {
        std::cerr << wiped_line << std::flush;
    }
}

}  // namespace

std::string progress_line(std::uint64_t done, std::uint64_t total, std::size_t width) {
    const auto share =
        total == 0 ? 0.0 : static_cast<double>(std::min(done, total)) / static_cast<double>(total);
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
    auto percent = std::to_string(static_cast<int>(share * 100));
    percent.insert(0, 3 - percent.size(), ' ');
    return "[" + std::string(filled, '#') + std::string(width - filled, '-') + "] " + percent + " %  " +
           grouped(done) + " of " + (total == 0 ? "?" : grouped(total));
}

ProgressBar::ProgressBar() : terminal_(on_terminal()) {}

ProgressBar::~ProgressBar() {
    if (terminal_) {
        std::cerr << wiped_line << std::flush;
    }
}

void ProgressBar::show(std::uint64_t done, std::uint64_t total) {
    if (terminal_) {
        std::cerr << wiped_line << progress_line(done, total, bar_width) << std::flush;
    }
}

WaitingNote::WaitingNote(std::string what) {
    if (on_terminal()) {
        thread_ = std::jthread(
            [what = std::move(what)](const std::stop_token& stop) { tell_every_second(stop, what); });
    }
}

}  // namespace mailstack::client

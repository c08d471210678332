// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What a person sees on standard error while something takes its time. On anything but a terminal: nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

namespace mailstack::client {

/// "[######------]  50 %  500,000 of 1,000,000", the bar `width` characters wide. No total yet (0): an empty
/// bar.
std::string progress_line(std::uint64_t done, std::uint64_t total, std::size_t width);

class ProgressBar {
  public:
    ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar();  ///< wipes the line

    void show(std::uint64_t done, std::uint64_t total);

  private:
    bool terminal_;
};

/// After one second, tells every second what is waited for and since when.
class WaitingNote {
  public:
    explicit WaitingNote(std::string what);

  private:
    std::jthread thread_;
};

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// One answer's worth of a list: the bus cuts off whoever sends more than 32 MiB, so lists come in pages.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mailstack {

inline constexpr std::size_t most_lines_of_a_page = 10'000;

/// How many lines a caller gets who asks for `limit`; 0: as many as fit.
constexpr std::size_t page_limit(std::uint32_t limit) {
    return limit == 0 ? most_lines_of_a_page : std::min<std::size_t>(limit, most_lines_of_a_page);
}

/// At most 1 MiB, but never empty for want of room: a larger line is a page of its own.
template <typename Line>
class Page {
  public:
    explicit Page(std::size_t most_lines = most_lines_of_a_page) : most_lines_(most_lines) {}

    /// `octets`: of the line's strings. False: it does not fit, and the page is finished.
    bool take(Line line, std::size_t octets, std::size_t strings = 3) {
        // In D-Bus's wire format a string, and a struct, costs a length, an end and padding.
        constexpr std::size_t overhead = 8;
        octets_ += octets + (strings + 1) * overhead;
        if (lines_.size() == most_lines_ || (octets_ > most_octets && !lines_.empty())) {
            return false;
        }
        lines_.push_back(std::move(line));
        return true;
    }

    std::vector<Line> lines() && { return std::move(lines_); }

  private:
    static constexpr std::size_t most_octets = std::size_t{1} << 20U;
    std::vector<Line> lines_;
    std::size_t octets_ = 0;
    std::size_t most_lines_;
};

}  // namespace mailstack

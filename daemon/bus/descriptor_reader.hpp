// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Takes the bytes out of a descriptor that a caller passed, without ever waiting for the caller.
///
/// Taken are a memfd sealed against writing, growing and shrinking (so that it cannot change while we look)
/// and the reading end of a pipe or FIFO. Everything else is refused: a file could be slow, endless, or one
/// that the caller may not read.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/descriptor.hpp"
#include "base/error.hpp"
#include "bus/loop.hpp"

namespace mailstack {

class DescriptorReader : public std::enable_shared_from_this<DescriptorReader> {
  public:
    struct Limits {
        std::size_t octets = std::size_t{128} << 20U;
        std::chrono::seconds deadline{30};
    };
    /// Called once, on the loop (for a memfd before read() returns): an error, or all the bytes.
    using Done = std::function<void(std::optional<Error>, std::string)>;

    /// Throws Error{InvalidArgument} for a descriptor of another kind, Error{LimitExceeded} for a memfd that
    /// is too large. Afterwards Error{LimitExceeded, Timeout, IoFailed} go to `done`.
    static void read(Loop& loop, Descriptor source, const Limits& limits, Done done);

    DescriptorReader(Loop& loop, Descriptor pipe, const Limits& limits, Done done);

  private:
    void start();
    void take_some();
    void finish(std::optional<Error> error);

    Loop& loop_;
    Descriptor pipe_;
    Limits limits_;
    Done done_;
    std::string bytes_;
    Loop::Source readable_, deadline_;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Requests that go into one transaction: those that are invalid fail alone, the others are committed
/// together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/apply.hpp"
#include "engine/transaction.hpp"
#include "engine/writer.hpp"

namespace mailstack {

struct BatchResult {
    std::vector<Result> answers;         ///< one for each request
    std::vector<std::string> summaries;  ///< of what was committed
    Changed changed;
    std::optional<std::string> rolled_back;  ///< why
};

/// Locks, loads, applies, carries out. `now` becomes the new state; it is published by the caller. Never
/// throws for a request's sake.
BatchResult run_batch(const Workshop& workshop, const IsAccount& is_account, Snapshot& now,
                      const std::vector<Request>& requests);

}  // namespace mailstack

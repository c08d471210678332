// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The statements of a procmailrc.
#pragma once

#include "formats/procmailrc.hpp"

namespace mailstack {

struct RcStatements {
    std::vector<RcStatement> list;
    /// The first place that is not understood as procmail will read it.
    std::optional<RcProblem> unclear{};
    /// The last statement where the text ends within it, and the last block that is not closed.
    std::optional<RcProblem> open{};
};

RcStatements read_statements(std::string_view text);

}  // namespace mailstack

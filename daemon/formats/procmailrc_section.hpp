// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Where mailstack's part of a procmailrc is, and what it says.
#pragma once

#include "formats/procmailrc_state.hpp"

namespace mailstack {

/// Fills `findings` from a text and its statements.
void find_section(std::string_view text, ProcmailRcFindings& findings, const RcStatements& read);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What a ProcmailRc knows of its text, and the readings that its parts share.
#pragma once

#include "formats/procmailrc.hpp"
#include "formats/procmailrc_statements.hpp"

namespace mailstack {

struct ProcmailRcFindings {
    std::optional<RcSection> section{};
    std::size_t begin = 0, end = 0;  ///< of the section, octets; whole lines
    std::optional<RcProblem> problem{};
};

struct ProcmailRc::State {
    std::string text;
    RcStatements read;
    ProcmailRcFindings findings{};
};

/// What procmail makes of a word in which nothing is expanded; nothing where something is.
std::optional<std::string> rc_literal(std::string_view word);

/// Whether the statement drops privileges whatever the message.
bool drops_privileges(const RcStatement& statement);

}  // namespace mailstack

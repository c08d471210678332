// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/procmailrc.hpp"

#include <utility>

#include "formats/procmailrc_section.hpp"

namespace mailstack {

ProcmailRc ProcmailRc::parse(std::string text) {
    auto state = std::make_shared<State>();
    state->text = std::move(text);
    state->read = read_statements(state->text);
    find_section(state->text, state->findings, state->read);
    return ProcmailRc(std::move(state));
}

const std::string& ProcmailRc::print() const noexcept {
    return state_->text;
}

const std::vector<RcStatement>& ProcmailRc::statements() const noexcept {
    return state_->read.list;
}

std::optional<RcSection> ProcmailRc::section() const noexcept {
    return state_->findings.section;
}

const std::optional<RcProblem>& ProcmailRc::problem() const noexcept {
    return state_->findings.problem;
}

}  // namespace mailstack

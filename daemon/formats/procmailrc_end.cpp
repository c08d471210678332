// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Where the reading of a procmailrc ends for every message.

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/procmailrc_state.hpp"

namespace mailstack {

namespace {

using RcKind = RcStatement::Kind;

constexpr const char* ends_reading = " ends the reading of this file: nothing after it is read";
constexpr const char* may_end_reading = " may end the reading of this file: nothing after it is read ";

/// variables.c asenv(): a HOST that is not what gethostname(2) says, to the letter.
std::optional<RcEnd> end_by_host(const RcStatement& statement, std::string_view host_name) {
    if (statement.kind == RcKind::Removal) {
        return RcEnd{statement.line, std::string("the removal of HOST") + ends_reading, true};
    }
    const auto value = rc_literal(statement.value);
    if (value == host_name) {
        return std::nullopt;
    }
    const std::string set = "HOST=" + statement.value;
    const std::string called = quoted(host_name) + ", as this machine is called";
    if (!value || fold_case(*value) == host_name) {
        return RcEnd{statement.line, set + may_end_reading + "unless it is " + called, false};
    }
    return RcEnd{statement.line, set + " is not " + called + ": that" + ends_reading, true};
}

/// procmailrc(5), SWITCHRC; measured: where the file cannot be read, this one is read on.
RcEnd end_by_switch(const RcStatement& statement) {
    if (statement.kind == RcKind::Removal) {
        return {statement.line, std::string("the removal of SWITCHRC") + ends_reading, true};
    }
    const auto value = rc_literal(statement.value);
    if (value && (value->empty() || *value == "/dev/null")) {
        return {statement.line, "SWITCHRC=" + statement.value + ends_reading, true};
    }
    return {statement.line, "SWITCHRC=" + statement.value + may_end_reading + "where that file can be read",
            false};
}

std::optional<RcEnd> end_at(const RcStatement& statement, std::string_view host_name) {
    const RcRecipe& recipe = statement.recipe;
    if (statement.kind == RcKind::Recipe && recipe.delivers() && recipe.conditions.empty() &&
        recipe.flags.find_first_of("AaEe") == std::string::npos) {
        return RcEnd{statement.line, "this recipe delivers every message: nothing after it is read", true};
    }
    if (statement.name == "HOST") {
        return end_by_host(statement, host_name);
    }
    return statement.name == "SWITCHRC" ? std::optional(end_by_switch(statement)) : std::nullopt;
}

}  // namespace

std::optional<RcEnd> ProcmailRc::ends_before_part(std::string_view host_name) const {
    std::optional<RcEnd> first;
    for (const RcStatement& statement : statements()) {
        if (state_->findings.section && statement.begin >= state_->findings.begin) {
            break;
        }
        const auto end = statement.depth > 0 ? std::nullopt : end_at(statement, host_name);
        if (end && end->certain) {
            return end;
        }
        first = first ? first : end;
    }
    return first;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Until where procmail is root.

#include <algorithm>

#include "base/text.hpp"
#include "formats/procmailrc_state.hpp"

namespace mailstack {

namespace {

constexpr std::string_view white = " \t\n\v\f\r";

/// variables.c renvint() != 0.
bool counts_as_yes(std::string_view value) {
    value.remove_prefix(std::min(value.find_first_not_of(white), value.size()));
    std::string_view number = value;
    if (!number.empty() && (number.front() == '+' || number.front() == '-')) {
        number.remove_prefix(1);
    }
    const std::string_view digits = number.substr(0, number.find_first_not_of("0123456789"));
    if (!digits.empty()) {
        return digits.find_first_not_of('0') != std::string_view::npos;
    }
    const std::string word = fold_case(value);
    return word.starts_with("on") ||
           (!word.empty() && std::string_view("ytea").find(word.front()) != std::string_view::npos);
}

}  // namespace

std::optional<std::string> rc_literal(std::string_view word) {
    std::string plain;
    char within = 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char c = word[i];
        if (within == '\'' ? c == '\'' : (c == '"' && within == '"')) {
            within = 0;
        } else if (within == '\'') {
            plain += c;
        } else if (c == '$' || c == '`') {
            return std::nullopt;
        } else if (within == 0 && (c == '\'' || c == '"')) {
            within = c;
        } else if (c == '\\' && i + 1 < word.size()) {
            const char escaped = word[++i];
            const bool stays =
                within == '"' && std::string_view("\"\\$`\n").find(escaped) == std::string_view::npos;
            plain += stays ? "\\" : "";
            plain += escaped == '\n' ? "" : std::string(1, escaped);
        } else {
            plain += c;
        }
    }
    return plain;
}

bool drops_privileges(const RcStatement& statement) {
    constexpr std::size_t longest = 100;  // LINEBUF is at least 128: what is longer is not assigned
    if (statement.kind != RcStatement::Kind::Assignment || statement.name != "DROPPRIVS" ||
        statement.value.size() > longest) {
        return false;
    }
    const auto value = rc_literal(statement.value);
    return value && counts_as_yes(*value);
}

std::optional<std::size_t> ProcmailRc::privileges_dropped() const noexcept {
    for (const RcStatement& statement : statements()) {
        if (statement.depth == 0 && drops_privileges(statement)) {
            return statement.line;
        }
    }
    return std::nullopt;
}

}  // namespace mailstack

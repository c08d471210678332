// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/procmail_regex.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailstack {
namespace {

constexpr CharacterSet special{"^$.*+?()[]|\\"};
/// No macro begins with it, whatever comes behind.
constexpr std::string_view caret = "(\\^)";
constexpr std::string_view blanks = "[ \t]+";
constexpr std::string_view no_word = "[^a-zA-Z0-9_]";
constexpr std::string_view word_end = "([^a-zA-Z0-9_]|$)";
/// Where the end of the value is demanded anyhow: a "$" would take the line break away from that.
constexpr std::string_view word_end_at_end = "[^a-zA-Z0-9_]?";

/// Where the set that begins at `at` ends, behind its "]".
std::size_t end_of_set(std::string_view text, std::size_t at) {
    const std::size_t first = at + 1 + (text.substr(at + 1).starts_with('^') ? 1 : 0);
    return std::min(text.find(']', first + 1), text.size() - 1) + 1;
}

/// The set with another case of the letter behind a "^" that would make a macro of them, wherever it stands.
std::string without_macros(std::string_view set) {
    std::string made(set);
    for (const std::string_view macro : {"^TO", "^FROM_"}) {
        for (auto at = made.find(macro); at != std::string::npos; at = made.find(macro, at + 1)) {
            made[at + 1] = fold_case(made[at + 1]);
        }
    }
    return made;
}

/// Behind the ")" of the group in which `at` stands; the size where it stands in none.
std::size_t end_of_group(std::string_view text, std::size_t at) {
    for (std::size_t depth = 0; at < text.size();) {
        const char c = text[at];
        if (c == '[') {
            at = end_of_set(text, at);
            continue;
        }
        if (c == ')' && depth-- == 0) {
            return at + 1;
        }
        depth += c == '(' ? 1 : 0;
        at += c == '\\' ? 2 : 1;
    }
    return text.size();
}

/// Whether nothing of the expression can come behind `at`, so that the value may end there.
bool last_of_all(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        if (text[at] == '|') {
            at = end_of_group(text, at);
        } else if (text[at] == ')') {
            ++at;
        } else {
            return false;
        }
        if (at < text.size() && (text[at] == '*' || text[at] == '+' || text[at] == '?')) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string procmail_literal(std::string_view text) {
    std::string quoted;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (is_blank(c)) {
            quoted += is_blank(text[std::min(at + 1, text.size() - 1)]) && at + 1 < text.size() ? "" : blanks;
            continue;
        }
        if (c == '^') {
            quoted += caret;
            continue;
        }
        if (special.has(c)) {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + (quoted.ends_with('\\') ? "()" : "");
}

std::string procmail_field_name(std::string_view name) {
    return name.starts_with("TO") || name.starts_with("FROM_") ? fold_case(name) : std::string(name);
}

ProcmailExpression procmail_expression(std::string_view text) {
    ProcmailExpression made;
    made.at_start = text.starts_with('^');
    text.remove_prefix(made.at_start ? 1 : 0);
    // A "$" behind a backslash is a character; so is one in a set, but a set ends with "]".
    std::size_t backslashes = 0;
    while (backslashes + 1 < text.size() && text[text.size() - 2 - backslashes] == '\\') {
        ++backslashes;
    }
    made.at_end = text.ends_with('$') && backslashes % 2 == 0;
    text.remove_suffix(made.at_end ? 1 : 0);
    const std::string_view end = made.at_end ? word_end_at_end : word_end;
    made.core = "(";
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\\' && at + 1 < text.size()) {
            const char c = text[at + 1];
            at += 2;
            if (c == '<' || c == '>') {
                made.core += c == '>' && last_of_all(text, at) ? end : no_word;
            } else if (c == '^') {
                made.core += caret;
            } else {
                made.core.append({'\\', c});
            }
        } else if (text[at] == '[') {
            const std::size_t end_of_this = end_of_set(text, at);
            made.core += without_macros(text.substr(at, end_of_this - at));
            at = end_of_this;
        } else {
            made.core += text[at++];
        }
    }
    made.core += ')';
    return made;
}

}  // namespace mailstack

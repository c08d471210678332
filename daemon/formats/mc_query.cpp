// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_query.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "formats/mc_macros.hpp"

namespace mailstack {
namespace {

bool has_first(const McStatement& statement, std::string_view first) {
    return statement.kind == McStatement::Kind::Call && !statement.arguments.empty() &&
           statement.arguments[0].literal && statement.arguments[0].text == first;
}

/// undefine takes several names.
bool undefines(const McStatement& statement, std::string_view name) {
    return statement.name == "undefine" &&
           std::any_of(statement.arguments.begin(), statement.arguments.end(),
                       [&](const McArgument& argument) { return argument.literal && argument.text == name; });
}

bool changes_definition(std::string_view word) {
    return word == "define" || word == "pushdef" || word == "undefine" || word == "popdef";
}

}  // namespace

bool is_call_of(const McStatement& statement, std::string_view macro, std::string_view first) {
    return statement.name == macro && has_first(statement, first);
}
bool is_definition_of(const McStatement& statement, std::string_view name) {
    return (statement.name == "define" || statement.name == "pushdef") && has_first(statement, name);
}
bool is_include(const McStatement& statement) {
    return statement.kind == McStatement::Kind::Call && !statement.arguments.empty() &&
           (statement.name == "include" || statement.name == "sinclude");
}
bool begins_mailers(const McStatement& statement) {
    return statement.kind == McStatement::Kind::Call &&
           (begins_section(statement.name) || (statement.name == "FEATURE" && !statement.arguments.empty() &&
                                               has_mailers(statement.arguments[0].text)));
}

std::optional<std::size_t> place_of_definition(const std::vector<McStatement>& statements,
                                               std::string_view name) {
    std::vector<std::size_t> stack;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const auto& statement = statements[i];
        if (undefines(statement, name)) {
            stack.clear();
        } else if (is_call_of(statement, "popdef", name) && !stack.empty()) {
            stack.pop_back();
        } else if (is_call_of(statement, "pushdef", name) ||
                   (is_definition_of(statement, name) && stack.empty())) {
            stack.push_back(i);
        } else if (is_definition_of(statement, name)) {
            stack.back() = i;
        }
    }
    return stack.empty() ? std::nullopt : std::optional(stack.back());
}

bool mentions_definition(std::string_view text, std::string_view name) {
    for (std::size_t at = 0; at < text.size();) {
        if (!begins_mc_word(text[at])) {
            ++at;
            continue;
        }
        const auto word = mc_word_at(text, at);
        at += word.size();
        if (changes_definition(word) && at < text.size() && text[at] == '(') {
            const auto argument = text.find_first_not_of(" \t\r\n`'", at + 1);
            if (argument != std::string_view::npos && mc_word_at(text, argument) == name) {
                return true;
            }
        }
    }
    return false;
}

std::vector<std::pair<std::string, std::string>> equates_of(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!text.empty()) {
        const auto end = text.find(',');
        const auto pair = text.substr(0, end);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos) {
            pairs.emplace_back(trimmed(pair.substr(0, equals)), trimmed(pair.substr(equals + 1)));
        }
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return pairs;
}

}  // namespace mailstack

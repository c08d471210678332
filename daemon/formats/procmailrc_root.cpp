// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What procmail does as root.

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/error.hpp"
#include "formats/procmailrc_state.hpp"

namespace mailstack {

namespace {

using RcKind = RcStatement::Kind;
using Action = RcRecipe::Action;

constexpr std::string_view letters_and_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

/// What is expanded in a word: "$NAME", "${NAME...", "$\NAME", "$1", "$@". In single quotes too, though
/// procmail expands nothing there.
std::vector<std::string> expanded_in(std::string_view word) {
    std::vector<std::string> names;
    for (auto at = word.find('$'); at != std::string_view::npos; at = word.find('$', at + 1)) {
        std::string_view rest = word.substr(at + 1);
        if (rest.starts_with('{') || rest.starts_with('\\')) {
            rest.remove_prefix(1);
        }
        const bool alone = rest.starts_with('@') || (!rest.empty() && rest[0] >= '0' && rest[0] <= '9');
        names.emplace_back(rest.substr(0, alone ? 1 : rest.find_first_not_of(letters_and_digits)));
    }
    return names;
}

std::string_view without_prefix(std::string_view text, std::size_t length) {
    text.remove_prefix(length);
    return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// "w^x" and "NAME ??" may stand before what a condition asks.
std::size_t prefix_length(std::string_view text) {
    const auto number = text.find_first_not_of("0123456789.,+-eE ");
    if (number != std::string_view::npos && number > 0 && text[number] == '^' &&
        std::string_view("0123456789.,+-").find(text.front()) != std::string_view::npos) {
        const auto end = text.find_first_not_of("0123456789.,+-eE", number + 1);
        return std::min(end, text.size());
    }
    const auto name = text.find_first_not_of(letters_and_digits);
    const auto marks = name == std::string_view::npos ? name : text.find_first_not_of(" \t", name);
    if (name != 0 && marks != std::string_view::npos && text.substr(marks, 2) == "??") {
        return marks + 2;
    }
    return 0;
}

/// misc.c conditions(): a program is run for "?", and for backquotes where the text is expanded first.
bool runs_a_program(std::string_view condition) {
    const bool backquotes = condition.find('`') != std::string_view::npos;
    bool expanded = false;
    std::string_view text = condition;
    while (!text.empty()) {
        const char first = text.front();
        if (first == '?') {
            return true;
        }
        if (first == '<' || first == '>') {
            return backquotes;
        }
        expanded = expanded || first == '$';
        const std::size_t prefix = first == '!' || first == '$' || first == '"' ? 1 : prefix_length(text);
        if (prefix == 0) {
            break;
        }
        text = without_prefix(text, prefix);
    }
    return expanded && (backquotes || condition.find('?') != std::string_view::npos);
}

class RootWork {
  public:
    std::vector<RcProblem> of(const std::vector<RcStatement>& statements) {
        std::vector<bool> dropped{false};  // for each open block
        for (const RcStatement& statement : statements) {
            if (!dropped.back()) {
                look_at(statement);
            }
            if (drops_privileges(statement)) {
                dropped.back() = true;
            } else if (statement.kind == RcKind::Recipe && statement.recipe.action == Action::Block) {
                dropped.push_back(dropped.back());
            } else if (statement.kind == RcKind::CloseBlock && dropped.size() > 1) {
                dropped.pop_back();
            }
        }
        std::stable_sort(found_.begin(), found_.end(),
                         [](const RcProblem& one, const RcProblem& other) { return one.line < other.line; });
        return std::move(found_);
    }

  private:
    void tell(std::size_t line, const std::string& what) {
        found_.push_back({line, what + " as root: no DROPPRIVS=yes stands before it"});
    }

    void look_at(const RcStatement& statement) {
        if (statement.backquotes && statement.recipe.action != Action::Pipe &&
            statement.recipe.action != Action::Capture) {
            tell(statement.line, "the program within backquotes is run");
        }
        if (statement.kind == RcKind::Assignment) {
            assignment(statement);
        } else if (statement.kind == RcKind::Recipe) {
            recipe(statement.recipe);
        }
    }

    void assignment(const RcStatement& statement) {
        struct Acting {
            std::string_view name, does;
        };
        constexpr std::array<Acting, 5> acting{{{"LOGFILE", "is opened"},
                                                {"LOCKFILE", "is made"},
                                                {"MAILDIR", "is entered"},
                                                {"INCLUDERC", "is carried out"},
                                                {"SWITCHRC", "is carried out"}}};
        for (const Acting& one : acting) {
            if (statement.name == one.name && may_be_a_users_path(statement)) {
                tell(statement.line, statement.name + "=" + statement.value + ", which may be the user's, " +
                                         std::string(one.does));
            }
        }
        if (is_influenced(statement)) {
            influenced_.insert(statement.name);
        } else if (statement.depth == 0) {
            influenced_.erase(statement.name);
        }
    }

    /// Whether the value is not the administrator's alone to say.
    bool is_influenced(const RcStatement& statement) const {
        const auto names = expanded_in(statement.value);
        return statement.backquotes || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                   return influenced_.contains(name);
               });
    }

    bool may_be_a_users_path(const RcStatement& statement) const {
        const auto plain = rc_literal(statement.value);
        return plain ? !plain->empty() && plain->front() != '/' : is_influenced(statement);
    }

    void recipe(const RcRecipe& recipe) {
        for (const RcCondition& condition : recipe.conditions) {
            if (runs_a_program(condition.text)) {
                tell(condition.line, "the condition " + quoted(condition.text) + " runs a program");
            }
        }
        switch (recipe.action) {
            case Action::Forward:
                tell(recipe.action_line, "the message is forwarded (sendmail is run)");
                break;
            case Action::Pipe:
            case Action::Capture:
                tell(recipe.action_line, "the program " + quoted(recipe.target) + " is run");
                break;
            case Action::Mailbox:
                if (recipe.target != "/dev/null") {
                    tell(recipe.action_line, "the message is written to " + quoted(recipe.target));
                }
                break;
            default:
                break;
        }
    }

    std::vector<RcProblem> found_;
    /// What the account, /etc/passwd's words about it, or the message has a say in; by name.
    std::set<std::string> influenced_{"HOME",  "MAILDIR", "LOGNAME", "USER", "ORGMAIL", "DEFAULT",
                                      "SHELL", "MATCH",   "@",       "1",    "2",       "3",
                                      "4",     "5",       "6",       "7",    "8",       "9"};
};

}  // namespace

std::vector<RcProblem> ProcmailRc::run_as_root() const {
    std::vector<RcProblem> found = RootWork().of(statements());
    if (const auto part = section()) {
        found.erase(std::remove_if(found.begin(), found.end(),
                                   [&](const RcProblem& one) {
                                       return one.line >= part->first_line && one.line <= part->last_line;
                                   }),
                    found.end());
    }
    return found;
}

}  // namespace mailstack

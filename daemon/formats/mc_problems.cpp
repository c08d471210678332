// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_problems.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "formats/mc_macros.hpp"
#include "formats/mc_query.hpp"

namespace mailstack {
namespace {

using Kind = McStatement::Kind;

std::string first_of(const McStatement& statement) {
    return statement.arguments.empty() ? "" : statement.arguments[0].text;
}

class Checker {
  public:
    Checker(std::string_view text, McScan& scan) : text_(text), scan_(scan) {}

    void check() {
        for (const auto& statement : scan_.statements) {
            if (statement.kind == Kind::Call) {
                check_call(statement);
            } else if (statement.kind == Kind::Text) {
                check_text(statement);
            }
        }
        check_end();
        std::stable_sort(scan_.problems.begin(), scan_.problems.end(),
                         [](const McProblem& a, const McProblem& b) { return a.line < b.line; });
    }

  private:
    void report(std::size_t line, const std::string& what, std::size_t other_line = 0) {
        scan_.problems.push_back({line, other_line, "line " + std::to_string(line) + ": " + what});
    }

    void check_call(const McStatement& statement) {
        const auto& name = statement.name;
        check_hash(statement);
        if (name == "FEATURE") {
            check_feature(statement);
        } else if (name == "MAILER") {
            check_mailer(statement);
        } else if (name == "OSTYPE") {
            check_ostype(statement);
        } else if (name == "define") {
            check_define(statement);
        } else if (may_hold_calls(statement)) {
            other_source_ = true;
        } else if (wants_mailers(name) && mailers_at_ == 0) {
            report(statement.line, name + " stands before the first MAILER: cf wants it after");
        }
    }

    /// An include, or a macro whose value is not known here.
    static bool may_hold_calls(const McStatement& statement) {
        return (is_include(statement) && !first_of(statement).ends_with("cf.m4")) ||
               (!is_cf_macro(statement.name) && !is_m4_builtin(statement.name));
    }
    static bool wants_mailers(std::string_view name) {
        return name.ends_with("_FEATURES") || name == "LOCAL_TRY_TLS" || name.starts_with("LOCAL_TLS_");
    }

    void check_hash(const McStatement& statement) {
        const auto newline = text_.substr(0, statement.begin).rfind('\n');
        const auto start = newline == std::string_view::npos ? 0 : newline + 1;
        const bool effective = !statement.arguments.empty() && statement.name != "divert";
        if (effective && text_[start] == '#') {
            report(statement.line,
                   "m4 expands " + statement.name +
                       " although the line begins with '#': begin it with dnl to comment it out");
        }
    }

    void check_feature(const McStatement& statement) {
        const auto feature = first_of(statement);
        if (mailers_at_ != 0) {
            report(statement.line,
                   "FEATURE(" + feature + ") stands after MAILER in line " + std::to_string(mailers_at_) +
                       ": every FEATURE must be before the first MAILER",
                   mailers_at_);
        }
        if (has_mailers(feature)) {
            mailers_at_ = statement.line;
        }
        features_.emplace(feature, statement.line);
    }

    void check_mailer(const McStatement& statement) {
        if (mailers_at_ == 0) {
            mailers_at_ = statement.line;
        }
        // A second argument lets cf include a mailer under another name.
        const bool renamed = statement.arguments.size() > 1 && !statement.arguments[1].text.empty();
        const auto key = renamed ? statement.arguments[1].text : first_of(statement);
        const auto [place, added] = mailers_.emplace(key, statement.line);
        if (!added) {
            report(statement.line,
                   "MAILER(" + key + ") is in line " + std::to_string(place->second) + " already",
                   place->second);
        }
    }

    void check_ostype(const McStatement& statement) {
        if (ostype_at_ != 0) {
            report(statement.line, "OSTYPE is in line " + std::to_string(ostype_at_) + " already",
                   ostype_at_);
        } else if (mailers_at_ != 0) {
            report(
                statement.line,
                "OSTYPE stands after MAILER in line " + std::to_string(mailers_at_) + ": it must be before",
                mailers_at_);
        }
        ostype_at_ = statement.line;
    }

    void check_define(const McStatement& statement) {
        if (statement.arguments.size() > 2) {
            report(statement.line,
                   "define has more than two arguments: m4 drops what follows the second comma; quote "
                   "the value");
        }
        if (statement.arguments.empty()) {
            return;
        }
        const auto& name = statement.arguments[0];
        if (!name.literal && mc_word_at(name.text, 0) == name.text) {
            report(statement.line, "define(" + name.text +
                                       ", ...): the name has a value and is not quoted, so m4 "
                                       "replaces it; write `" +
                                       name.text + "'");
            return;
        }
        check_readers(statement, name.text);
    }

    void check_readers(const McStatement& statement, const std::string& name) {
        for (const auto& [feature, line] : features_) {
            if (feature_reads(feature, name)) {
                report_late(statement, name, "FEATURE(" + feature + ")", line);
            }
        }
        for (const auto& [mailer, line] : mailers_) {
            if (mailer_reads(mailer, name)) {
                report_late(statement, name, "MAILER(" + mailer + ")", line);
            }
        }
    }
    void report_late(const McStatement& define, const std::string& name, const std::string& reader,
                     std::size_t line) {
        report(define.line,
               "define(" + name + ") comes too late for " + reader + " in line " + std::to_string(line) +
                   ", which reads it: it must be before",
               line);
    }

    void check_text(const McStatement& statement) {
        auto line = statement.line;
        for (auto at = statement.begin; at < statement.end;) {
            if (!begins_mc_word(text_[at])) {
                line += text_[at] == '\n' ? 1U : 0U;
                ++at;
                continue;
            }
            const auto word = mc_word_at(text_, at);
            const bool first = at == 0 || text_[at - 1] == '\n';
            at += word.size();
            if (first && word.starts_with("dnl")) {
                report(line, quoted(word) + " is not dnl: put a blank after dnl");
            } else if (first && needs_parenthesis(word)) {
                check_blank(word, at, line);
            }
        }
    }
    void check_blank(std::string_view word, std::size_t at, std::size_t line) {
        const auto next = text_.find_first_not_of(" \t", at);
        if (next != at && next != std::string_view::npos && text_[next] == '(') {
            report(line, "white space stands between " + std::string(word) +
                             " and its parenthesis: m4 takes it for text");
        }
    }

    void check_end() {
        const bool whole = scan_.statements.empty() || scan_.statements.back().kind != Kind::Unread;
        if (ostype_at_ == 0 && !other_source_ && whole) {
            report(scan_.statements.empty() ? 1 : scan_.statements.back().line, "no OSTYPE is in the file");
        }
    }

    std::string_view text_;
    McScan& scan_;
    std::size_t mailers_at_ = 0, ostype_at_ = 0;
    bool other_source_ = false;
    std::map<std::string, std::size_t> features_{}, mailers_{};
};

}  // namespace

void add_mc_problems(std::string_view text, McScan& scan) {
    Checker(text, scan).check();
}

}  // namespace mailstack

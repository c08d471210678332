// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// mailstack's part: found when the file is read, and edited.

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "formats/procmailrc_section.hpp"

namespace mailstack {

namespace {

using Kind = RcStatement::Kind;

constexpr std::string_view begin_mark = "# >>> mailstack";
constexpr std::string_view end_mark = "# <<< mailstack";
constexpr std::string_view begin_line =
    "# >>> mailstack: do not edit between these lines (mailstackctl recipe, mailstackctl delivery)";

bool is_mark(std::string_view line, std::string_view mark) {
    return line.starts_with(mark) && (line.size() == mark.size() || line[mark.size()] == ':' ||
                                      line[mark.size()] == ' ' || line[mark.size()] == '\r');
}

struct Marks {
    std::vector<std::size_t> begins, ends;  ///< offsets of their lines
};

Marks marks_in(std::string_view text) {
    Marks marks;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        if (is_mark(line, begin_mark)) {
            marks.begins.push_back(at);
        } else if (is_mark(line, end_mark)) {
            marks.ends.push_back(at);
        }
        at = end + 1;
    }
    return marks;
}

std::size_t line_at(std::string_view text, std::size_t offset) {
    return 1 + static_cast<std::size_t>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

/// The mark as a comment outside everything; nullptr where it lies within something.
const RcStatement* mark_statement(const std::vector<RcStatement>& statements, std::size_t offset) {
    const auto found =
        std::lower_bound(statements.begin(), statements.end(), offset,
                         [](const RcStatement& statement, std::size_t at) { return statement.begin < at; });
    const bool alone = found != statements.end() && found->begin == offset && found->kind == Kind::Comment &&
                       found->depth == 0;
    return alone ? &*found : nullptr;
}

std::string quoted_mark(std::string_view mark) {
    return "the line " + quoted(std::string(mark) + "...");
}

std::optional<RcProblem> problem_of(const Marks& marks, std::string_view text,
                                    const std::vector<RcStatement>& statements) {
    for (const auto& [places, mark, other] : {std::tuple(&marks.begins, begin_mark, &marks.ends),
                                              std::tuple(&marks.ends, end_mark, &marks.begins)}) {
        if (places->size() > 1) {
            return RcProblem{line_at(text, (*places)[1]),
                             quoted_mark(mark) + " stands in line " +
                                 std::to_string(line_at(text, places->front())) +
                                 " already; remove one of the two parts by hand"};
        }
        if (!places->empty() && mark_statement(statements, places->front()) == nullptr) {
            return RcProblem{line_at(text, places->front()),
                             quoted_mark(mark) +
                                 " stands within a block, a recipe or a quote; mailstack's part "
                                 "must stand outside of them: move it by hand"};
        }
        if (!places->empty() && other->empty()) {
            return RcProblem{line_at(text, places->front()),
                             quoted_mark(mark) + " has no " +
                                 quoted(std::string(mark == begin_mark ? end_mark : begin_mark)) +
                                 " to go with it; mend mailstack's part by hand, or remove it"};
        }
    }
    if (!marks.begins.empty() && marks.ends.front() < marks.begins.front()) {
        return RcProblem{line_at(text, marks.ends.front()),
                         quoted_mark(end_mark) + " stands before the one that begins mailstack's part"};
    }
    return std::nullopt;
}

std::string text_of(const RcPart& part, bool drops) {
    std::string text(begin_line);
    text += '\n';
    text += drops ? "DROPPRIVS=yes\n" : "";
    text += part.default_mailbox.empty() ? "" : "DEFAULT=" + part.default_mailbox + '\n';
    // A Maildir that cannot be made (an account without a home) holds procmail for seven times of this, which
    // else are 8 seconds each.
    text += "LOCKSLEEP=1\n";
    text += "INCLUDERC=" + part.include + '\n';
    return text += std::string(end_mark) + '\n';
}

/// Of the statements between the marks the last of each name counts.
RcSection section_of(std::string_view text, const std::vector<RcStatement>& statements, std::size_t begin,
                     std::size_t end) {
    RcSection section;
    bool dropped = false;
    for (const RcStatement& statement : statements) {
        if (statement.begin > end) {
            break;
        }
        const bool drops = statement.depth == 0 && drops_privileges(statement);
        dropped = dropped || drops;
        if (statement.begin < begin) {
            continue;
        }
        section.drops_privileges = section.drops_privileges || drops;
        if (statement.kind == Kind::Assignment && statement.name == "DEFAULT") {
            section.part.default_mailbox = statement.value;
        } else if (statement.kind == Kind::Assignment && statement.name == "INCLUDERC") {
            section.part.include = statement.value;
        }
    }
    section.first_line = line_at(text, begin);
    section.last_line = line_at(text, end);
    const std::string_view whole =
        text.substr(begin, std::min(text.find('\n', end), text.size() - 1) + 1 - begin);
    section.in_our_words = whole == text_of(section.part, true) || whole == text_of(section.part, false);
    section.as_written = dropped && section.in_our_words;
    return section;
}

/// What procmail takes as it is, in an assignment's value.
bool is_plain(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        return c > ' ' && c < 0x7f && std::string_view("\"'`\\#;{}").find(c) == std::string_view::npos;
    });
}

[[noreturn]] void refuse(const RcProblem& problem) {
    throw Error(Code::InvalidConfiguration,
                "/etc/procmailrc, line " + std::to_string(problem.line) + ": " + problem.message);
}

}  // namespace

void find_section(std::string_view text, ProcmailRcFindings& findings, const RcStatements& read) {
    const Marks marks = marks_in(text);
    findings.problem = problem_of(marks, text, read.list);
    if (!findings.problem && read.unclear) {
        findings.problem =
            RcProblem{read.unclear->line, read.unclear->message + ": mailstack does not edit that"};
    }
    if (findings.problem || marks.begins.empty()) {
        return;
    }
    findings.begin = marks.begins.front();
    findings.end = std::min(text.find('\n', marks.ends.front()), text.size() - 1) + 1;
    findings.section = section_of(text, read.list, marks.begins.front(), marks.ends.front());
}

void ProcmailRc::require_no_problem() const {
    if (problem()) {
        refuse(*problem());
    }
}

ProcmailRc ProcmailRc::with_section(const RcPart& part) const {
    for (const std::string& value : {part.include, part.default_mailbox}) {
        if (!is_plain(value) || part.include.empty()) {
            throw Error(Code::InvalidArgument, quoted(value) + " cannot stand in /etc/procmailrc as it is");
        }
    }
    require_no_problem();
    const auto& found = state_->findings;
    if (!found.section && !state_->text.empty() && state_->text.back() != '\n') {
        return parse(state_->text + '\n').with_section(part);  // which may be read otherwise
    }
    const std::size_t begin = found.section ? found.begin : state_->text.size();
    const bool dropped =
        std::any_of(statements().begin(), statements().end(), [&](const RcStatement& statement) {
            return statement.begin < begin && statement.depth == 0 && drops_privileges(statement);
        });
    if (!found.section && state_->read.open) {
        refuse({state_->read.open->line,
                state_->read.open->message +
                    ", and mailstack's part cannot stand within it: mend that by hand"});
    }
    std::string text = state_->text.substr(0, begin);
    text += text_of(part, !dropped);
    text += found.section ? state_->text.substr(found.end) : "";
    ProcmailRc edited = parse(std::move(text));
    const auto now = edited.section();
    if (!now || !now->as_written || now->part != part) {
        throw Error(Code::Internal, "mailstack's part of /etc/procmailrc would not be read as it is meant");
    }
    return edited;
}

}  // namespace mailstack

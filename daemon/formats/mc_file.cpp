// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_file.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "formats/mc_problems.hpp"
#include "formats/mc_query.hpp"

namespace mailstack {

struct McFile::State {
    std::string text;
    McScan scan;
};

McFile::McFile() : McFile(parse({})) {}
McFile::McFile(std::shared_ptr<const State> state) : state_(std::move(state)) {}
McFile::~McFile() = default;
McFile::McFile(const McFile&) = default;
McFile& McFile::operator=(const McFile&) = default;
// A file that was moved from is still a file: moving copies the pointer.
McFile::McFile(McFile&& other) noexcept : state_(other.state_) {}
McFile& McFile::operator=(McFile&& other) noexcept {
    state_ = other.state_;
    return *this;
}

McFile McFile::parse(std::string text) {
    auto state = std::make_shared<State>();
    state->text = std::move(text);
    state->scan = scan_mc(state->text);
    add_mc_problems(state->text, state->scan);
    return McFile(std::move(state));
}

const std::string& McFile::print() const noexcept {
    return state_->text;
}
const std::vector<McStatement>& McFile::statements() const noexcept {
    return state_->scan.statements;
}
const std::vector<McProblem>& McFile::problems() const noexcept {
    return state_->scan.problems;
}
bool McFile::readable() const noexcept {
    return statements().empty() || statements().back().kind != McStatement::Kind::Unread;
}

std::vector<const McStatement*> McFile::calls(std::string_view name) const {
    std::vector<const McStatement*> found;
    for (const auto& statement : statements()) {
        if (statement.kind == McStatement::Kind::Call && statement.name == name) {
            found.push_back(&statement);
        }
    }
    return found;
}

std::optional<McDefinition> McFile::defined(std::string_view name) const {
    const auto place = place_of_definition(statements(), name);
    if (!place) {
        return std::nullopt;
    }
    const auto& statement = statements()[*place];
    const bool valued = statement.arguments.size() > 1;
    return McDefinition{valued ? statement.arguments[1].text : "", !valued || statement.arguments[1].literal,
                        statement.line};
}

bool McFile::may_define(std::string_view name) const {
    return std::any_of(statements().begin(), statements().end(), [&](const McStatement& statement) {
        return statement.kind == McStatement::Kind::Call &&
               mentions_definition(
                   std::string_view(print()).substr(statement.begin, statement.end - statement.begin), name);
    });
}

bool McFile::has_feature(std::string_view name) const {
    return feature(name).has_value();
}

std::optional<std::vector<std::string>> McFile::feature(std::string_view name) const {
    std::optional<std::vector<std::string>> found;
    for (const auto* call : calls("FEATURE")) {
        if (is_call_of(*call, "FEATURE", name)) {
            found.emplace();
            for (std::size_t i = 1; i < call->arguments.size(); ++i) {
                found->push_back(call->arguments[i].text);
            }
        }
    }
    return found;
}

namespace {

std::vector<std::string> first_arguments(const std::vector<const McStatement*>& calls) {
    std::vector<std::string> arguments;
    for (const auto* call : calls) {
        if (!call->arguments.empty()) {
            arguments.push_back(call->arguments[0].text);
        }
    }
    return arguments;
}

std::optional<std::string> last_of(const std::vector<std::string>& list) {
    return list.empty() ? std::nullopt : std::optional(list.back());
}

}  // namespace

std::optional<std::string> McFile::ostype() const {
    return last_of(first_arguments(calls("OSTYPE")));
}
std::optional<std::string> McFile::domain() const {
    return last_of(first_arguments(calls("DOMAIN")));
}
std::vector<std::string> McFile::mailers() const {
    return first_arguments(calls("MAILER"));
}

std::vector<McDaemonOptions> McFile::daemon_options() const {
    std::vector<McDaemonOptions> all;
    for (const auto* call : calls("DAEMON_OPTIONS")) {
        all.push_back({call->arguments.empty() ? std::vector<std::pair<std::string, std::string>>{}
                                               : equates_of(call->arguments[0].text),
                       call->line});
    }
    return all;
}

std::string McDaemonOptions::value(char letter) const {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) {
        return !pair.first.empty() && pair.first[0] == letter;
    });
    return found == pairs.end() ? "" : found->second;
}

std::vector<McInclude> McFile::includes() const {
    std::vector<McInclude> all;
    for (const auto& statement : statements()) {
        if (is_include(statement)) {
            all.push_back({statement.arguments[0].text, statement.line, statement.name == "sinclude"});
        }
    }
    return all;
}

}  // namespace mailstack

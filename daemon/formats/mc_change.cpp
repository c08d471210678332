// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_change.hpp"

#include <algorithm>
#include <cstddef>

#include "base/error.hpp"
#include "formats/mc_query.hpp"

namespace mailstack {
namespace {

struct Call {
    std::string name;
    std::size_t begin, arguments;
    friend bool operator==(const Call&, const Call&) = default;
};

/// The calls that do not touch the octets [from, to); those behind are told as if these were not there.
std::vector<Call> calls_outside(const McFile& file, std::size_t from, std::size_t to,
                                std::string_view edited) {
    std::vector<Call> calls;
    for (const auto& statement : file.statements()) {
        const bool use_of_edited = statement.name == edited && statement.arguments.empty();
        const bool outside = statement.end <= from || statement.begin >= to;
        if (statement.kind == McStatement::Kind::Call && outside && !use_of_edited) {
            const auto begin = statement.begin >= to ? statement.begin - (to - from) : statement.begin;
            calls.push_back({statement.name, begin, statement.arguments.size()});
        }
    }
    return calls;
}

/// Whether m4 makes a call that the octets [from, to) are part of.
bool calls_within(const McFile& file, std::size_t from, std::size_t to) {
    return std::any_of(file.statements().begin(), file.statements().end(), [&](const McStatement& statement) {
        return statement.kind == McStatement::Kind::Call && statement.begin < to && statement.end > from;
    });
}

}  // namespace

void require_readable(const McFile& file) {
    if (file.readable()) {
        return;
    }
    const auto line = file.statements().back().line;
    const auto& problems = file.problems();
    const auto why = std::find_if(problems.begin(), problems.end(),
                                  [line](const McProblem& problem) { return problem.line >= line; });
    throw Error(Code::Unsupported,
                "sendmail.mc cannot be changed before it is mended by hand: " +
                    (why == problems.end() ? "line " + std::to_string(line) : why->message));
}

std::string mc_quoted(std::string_view text) {
    return "`" + std::string(text) + "'";
}

std::string mc_call_text(std::string_view macro, const std::vector<std::string>& arguments) {
    std::string text(macro);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        text += (i == 0 ? "(" : ", ") + mc_quoted(arguments[i]);
    }
    return text + (arguments.empty() ? "" : ")");
}

bool has_arguments(const McStatement& call, const std::vector<std::string>& arguments) {
    return std::equal(
        call.arguments.begin(), call.arguments.end(), arguments.begin(), arguments.end(),
        [](const McArgument& has, const std::string& text) { return has.literal && has.text == text; });
}

McFile changed(const McFile& file, const McChange& change, std::string_view edited) {
    auto text = file.print();
    text.replace(change.begin, change.removed, change.inserted);
    auto result = McFile::parse(std::move(text));
    const auto end = change.begin + change.inserted.size();
    const bool made = change.inserted.empty() || calls_within(result, change.begin, end);
    if (!result.readable() || !made ||
        calls_outside(file, change.begin, change.begin + change.removed, edited) !=
            calls_outside(result, change.begin, end, edited)) {
        throw Error(Code::Unsupported,
                    "sendmail.mc cannot be changed: with " +
                        quoted(change.inserted.empty() ? edited : change.inserted) +
                        (change.inserted.empty() ? " removed" : " in it") +
                        " m4 would read other lines in another way; change the file by hand");
    }
    return result;
}

McFile with_arguments(const McFile& file, std::size_t index, const std::vector<std::string>& arguments) {
    const auto& call = file.statements()[index];
    return changed(file, {call.begin, call.end - call.begin, mc_call_text(call.name, arguments)});
}

void require_no_macro_of(const McFile& file, std::string_view text) {
    for (const auto word : mc_words(text)) {
        if (const auto place = place_of_definition(file.statements(), word)) {
            throw Error(Code::InvalidArgument, "the value " + quoted(text) + " holds the word " +
                                                   quoted(word) + ", which line " +
                                                   std::to_string(file.statements()[*place].line) +
                                                   " of sendmail.mc defines as a macro: m4 would replace it");
        }
    }
}

}  // namespace mailstack

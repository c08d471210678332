// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// libFuzzer target: any octets as a procmailrc. What comes out is what came in; mailstack's part, once put
/// there, is found, holds when put again, goes again, and changes no other octet; DROPPRIVS stands before
/// INCLUDERC outside of all blocks, which is looked at here by other means than the parser's. Built with the
/// address and undefined-behaviour sanitizers.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "formats/procmailrc.hpp"

using namespace mailstack;

namespace {

const RcPart first{.include = "/etc/mailstack/procmail/$LOGNAME.rc", .default_mailbox = "$HOME/Maildir/"};
const RcPart second{.include = "/etc/mailstack/procmail/$LOGNAME.rc"};

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "procmailrc_fuzzer: does not hold: %s\n", what);
        std::abort();
    }
}

std::vector<std::string_view> lines(std::string_view text) {
    std::vector<std::string_view> all;
    while (!text.empty()) {
        const auto end = text.find('\n');
        all.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return all;
}

/// Where a line begins with `start`.
std::size_t line_that_begins(std::string_view text, const std::string& start, std::size_t from = 0) {
    if (from == 0 && text.starts_with(start)) {
        return 0;
    }
    const auto end = text.find('\n' + start, from);
    require(end != std::string_view::npos, "the line is there");
    return end + 1;
}

/// Exactly one part, whose lines are as they should be.
void require_one_part(const std::string& text, const RcPart& part) {
    std::size_t begins = 0, ends = 0, includes = 0, drops = 0, defaults = 0;
    bool within = false;
    for (const std::string_view line : lines(text)) {
        begins += line.starts_with("# >>> mailstack: ") ? 1U : 0U;
        ends += line == "# <<< mailstack" ? 1U : 0U;
        within = (within || line.starts_with("# >>> mailstack: ")) && line != "# <<< mailstack";
        includes += within && line == "INCLUDERC=" + part.include ? 1U : 0U;
        defaults += within && line == "DEFAULT=" + part.default_mailbox ? 1U : 0U;
        drops += within && includes == 0 && line == "DROPPRIVS=yes" ? 1U : 0U;
    }
    require(begins == 1 && ends == 1, "one part stands there");
    require(includes == 1, "which includes the recipes, once");
    require(defaults == (part.default_mailbox.empty() ? 0U : 1U), "and has the default that was asked for");
    if (drops == 0) {
        // Then somebody else has: at least a line, in plain words, before the part.
        const std::string before = text.substr(0, line_that_begins(text, "# >>> mailstack: "));
        require(before.find("DROPPRIVS") != std::string::npos, "privileges are dropped before");
    }
}

/// The part's own lines put aside, the text is what it was.
std::string without_part(const std::string& text) {
    const auto begin = line_that_begins(text, "# >>> mailstack: ");
    const auto end = line_that_begins(text, "# <<< mailstack\n", begin);
    return text.substr(0, begin) + text.substr(end + std::string_view("# <<< mailstack\n").size());
}

std::optional<ProcmailRc> attempt(const ProcmailRc& file, const RcPart& part) {
    try {
        return file.with_section(part);
    } catch (const Error& error) {
        require(error.code() == Code::InvalidConfiguration, error.what());
        return std::nullopt;
    }
}

void check_statements(const ProcmailRc& file, const std::string& text) {
    std::size_t end = 0, line = 1;
    for (const RcStatement& statement : file.statements()) {
        require(statement.begin >= end && statement.end >= statement.begin && statement.end <= text.size(),
                "statements follow each other");
        require(statement.line >= line, "so do their lines");
        end = statement.end;
        line = statement.line;
    }
    static_cast<void>(file.run_as_root());
    static_cast<void>(file.ends_before_part("host"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
    const std::string text(octets, octets + size);
    const ProcmailRc file = ProcmailRc::parse(text);
    require(file.print() == text, "print(parse(x)) == x");
    check_statements(file, text);
    const auto edited = attempt(file, first);
    if (!edited) {
        require(!file.section() || !attempt(file, second), "an edit is refused for the file's sake alone");
        return 0;
    }
    require_one_part(edited->print(), first);
    const ProcmailRc again = ProcmailRc::parse(edited->print());
    require(again.section() && again.section()->as_written && again.section()->part == first,
            "it is found again");
    require(again.with_section(first).print() == edited->print(), "the same edit again changes nothing");
    const ProcmailRc other = again.with_section(second);
    require_one_part(other.print(), second);
    require(without_part(other.print()) == without_part(edited->print()), "an edit leaves the rest");
    if (!file.section()) {
        const std::string rest = without_part(edited->print());
        require(rest == text || rest == text + '\n', "leaving what was there");
    }
    return 0;
}

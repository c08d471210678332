// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// libFuzzer target: any octets as a sendmail.mc. What comes out is what came in; the statements follow one
/// another without a gap; an edit holds, holds when done again, and touches no line but its own; nothing
/// crashes. Built with the address and undefined-behaviour sanitizers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "formats/mc_file.hpp"
#include "formats/mc_macros.hpp"

using namespace mailstack;

namespace {

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "mc_file_fuzzer: does not hold: %s\n", what);
        std::abort();
    }
}

/// What any file shows of itself.
void require_sound(const McFile& file) {
    std::size_t at = 0, lines = 1;
    for (const auto& statement : file.statements()) {
        require(statement.begin == at && statement.end > at, "statements follow one another");
        require(statement.line == lines, "the line is that of the first octet");
        lines += static_cast<std::size_t>(
            std::count(file.print().data() + statement.begin, file.print().data() + statement.end, '\n'));
        for (const auto& argument : statement.arguments) {
            require(argument.begin >= at && argument.begin <= argument.end && argument.end < statement.end,
                    "arguments are inside of their call");
            at = argument.begin;
        }
        at = statement.end;
    }
    require(at == file.print().size(), "statements are the whole file");
    for (const auto& problem : file.problems()) {
        require(problem.line >= 1 && problem.line <= lines, "a problem is in a line of the file");
    }
}

/// `edited` is `before` with one stretch of octets replaced by something that holds `ours`.
void require_one_place(const std::string& before, const std::string& edited) {
    std::size_t head = 0, tail = 0;
    const auto shorter = std::min(before.size(), edited.size());
    while (head < shorter && before[head] == edited[head]) {
        ++head;
    }
    while (tail < shorter - head && before[before.size() - 1 - tail] == edited[edited.size() - 1 - tail]) {
        ++tail;
    }
    require(edited.size() - head - tail <= 120, "an edit writes its own statement only");
}

template <typename Edit, typename Holds>
void attempt(const McFile& file, const Edit& edit, const Holds& holds) {
    try {
        const McFile edited = edit(file);
        require_sound(edited);
        require(holds(McFile::parse(edited.print())), "what was edited is there");
        require(edit(edited).print() == edited.print(), "the same edit again changes nothing");
        require_one_place(file.print(), edited.print());
    } catch (const Error& error) {
        require(error.code() == Code::Unsupported || error.code() == Code::InvalidArgument, error.what());
    }
}

/// Of a feature that may stand several times, such as dnsbl, one is enough; of the others the last is meant.
bool holds_feature(const McFile& file, const std::string& name, const std::vector<std::string>& arguments) {
    if (!is_repeatable(name)) {
        return file.feature(name) == arguments;
    }
    return std::any_of(file.statements().begin(), file.statements().end(), [&](const McStatement& statement) {
        std::vector<std::string> texts;
        for (const McArgument& argument : statement.arguments) {
            texts.push_back(argument.text);
        }
        return statement.name == "FEATURE" && !texts.empty() && texts.front() == name &&
               std::vector(texts.begin() + 1, texts.end()) == arguments;
    });
}

void edit(const McFile& file, const std::string& name_text) {
    const McName name(name_text);
    const McValue value("v w/x");
    attempt(
        file, [&](const McFile& f) { return f.with_define(name, value); },
        [&](const McFile& f) {
            return f.defined(name_text)->value == "v w/x" && f.defined(name_text)->literal;
        });
    attempt(
        file,
        [&](const McFile& f) {
            return f.with_feature(name, {McValue("a"), value});
        },
        [&](const McFile& f) {
            return holds_feature(f, name_text, {"a", "v w/x"});
        });
    attempt(
        file, [&](const McFile& f) { return f.with_mailer(name); },
        [&](const McFile& f) {
            const auto mailers = f.mailers();
            return std::find(mailers.begin(), mailers.end(), name_text) != mailers.end();
        });
}

void remove(const McFile& file, const std::string& name_text) {
    const McName name(name_text);
    const auto shorter = [&](const auto& removal, const auto& gone) {
        try {
            const McFile edited = removal(file);
            require_sound(edited);
            require(gone(McFile::parse(edited.print())), "what was removed is gone");
            require(edited.print().size() <= file.print().size(), "a removal adds nothing");
        } catch (const Error& error) {
            require(error.code() == Code::Unsupported || error.code() == Code::InvalidArgument, error.what());
        }
    };
    shorter([&](const McFile& f) { return f.without_define(name); },
            [&](const McFile& f) { return !f.defined(name_text); });
    shorter([&](const McFile& f) { return f.without_feature(name); },
            [&](const McFile& f) { return !f.has_feature(name_text); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
    const std::string text(octets, octets + size);
    const auto file = McFile::parse(text);
    require(file.print() == text, "print(parse(x)) == x");
    require_sound(file);

    std::vector<std::string> names{"confFUZZ"};
    for (const auto& statement : file.statements()) {
        if (names.size() < 3 && !statement.arguments.empty()) {
            names.push_back(statement.arguments[0].text);
        }
    }
    for (const auto& name : names) {
        try {
            static_cast<void>(McName(name));
        } catch (const Error&) {
            continue;
        }
        edit(file, name);
        remove(file, name);
    }
    const auto options = McValue::equates({{"Name", McValue("Fuzz")}, {"Port", McValue("25")}});
    attempt(
        file, [&](const McFile& f) { return f.with_daemon_options(options); },
        [](const McFile& f) {
            const auto all = f.daemon_options();
            return std::any_of(all.begin(), all.end(),
                               [](const auto& one) { return one.value('N') == "Fuzz"; });
        });
    attempt(
        file, [](const McFile& f) { return f.with_include(McValue("/etc/mail/fuzz.m4")); },
        [](const McFile& f) { return !f.includes().empty(); });
    attempt(
        file, [](const McFile& f) { return f.with_call(McName("OSTYPE"), {McValue("linux")}); },
        [](const McFile& f) { return f.ostype() == "linux"; });
    return 0;
}

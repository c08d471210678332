// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// libFuzzer target: any octets as an alias file. What comes out is what came in; an edit is what a parser
/// makes of the edited text, and touches no other alias; nothing crashes. Built with the address and
/// undefined-behaviour sanitizers.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "formats/alias_file.hpp"

using namespace mailstack;

namespace {

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "alias_file_fuzzer: does not hold: %s\n", what);
        std::abort();
    }
}

std::map<std::string, std::string> pairs(const AliasFile& file) {
    std::map<std::string, std::string> all;
    file.each([&all](std::string_view key, std::string_view value) {
        require(all.emplace(key, value).second, "each key comes once");
    });
    return all;
}

/// `file` as the parser of its own text sees it.
void require_sound(const AliasFile& file) {
    const auto anew = AliasFile::parse(file.print());
    require(anew.size() == file.size() && anew.print() == file.print(), "print(parse(x)) == x");
    require(anew.count() == file.count(), "the count is that of the text");
    require(pairs(anew) == pairs(file), "the aliases are those of the text");
    require(anew.list("", "", 1000).size() == file.list("", "", 1000).size(), "the list is that of the text");
    require(anew.problems().size() == file.problems().size(), "the problems are those of the text");
    for (std::size_t i = 0; i < anew.problems().size(); ++i) {
        require(anew.problems()[i].message == file.problems()[i].message,
                "the problems are those of the text");
    }
}

void require_same_but(std::string_view key, const AliasFile& before, const AliasFile& after) {
    auto old_pairs = pairs(before);
    auto new_pairs = pairs(after);
    old_pairs.erase(std::string(key));
    new_pairs.erase(std::string(key));
    require(old_pairs == new_pairs, "an edit touches its own alias only");
}

template <typename Edit>
void attempt(const Edit& edit) {
    try {
        edit();
    } catch (const Error& error) {
        require(error.code() != Code::Internal, error.what());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
    const std::string text(octets, octets + size);
    const auto file = AliasFile::parse(text, {"mail.example.test"});
    require(file.print() == text, "print(parse(x)) == x");
    require(file.size() == size, "the size is that of the text");
    // What a NUL hides, a later line can bring back; what an open last line says, the next line changes.
    const bool lines_are_apart = text.find('\0') == std::string::npos && !text.ends_with('\\');
    const auto local = AliasFile::parse(text);
    require_sound(local);

    attempt([&] {
        const auto added = local.with_added("fuzz", {"x@example.org", "\"|prog a, b\""});
        require_sound(added);
        require(added.find("fuzz")->recipients.size() == 2, "what was added is there");
        require(added.appended_since(local) == added.print().substr(size), "the addition is told");
        if (lines_are_apart) {
            require_same_but("fuzz", local, added);
        }
        require_sound(added.without("fuzz"));
    });
    for (const auto& entry : local.list("", "", 3)) {
        require(local.find(entry.key)->value == entry.value, "what is listed is found");
        attempt([&] {
            const auto edited = local.with_recipients(entry.key, {"fuzz", "x"});
            require_sound(edited);
            require(edited.find(entry.key)->recipients.size() == 2, "the new recipients are there");
            if (lines_are_apart) {
                require_same_but(entry.key, local, edited);
            }
        });
        const auto without = local.without(entry.key);
        require_sound(without);
        if (lines_are_apart) {
            require(!without.find(entry.key), "what was removed is gone");
            require_same_but(entry.key, local, without);
        }
    }
    require_sound(local.with_appended_text(text));
    return 0;
}

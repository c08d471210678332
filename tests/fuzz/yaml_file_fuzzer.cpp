// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// libFuzzer target: any octets as a small YAML file. What comes out is what came in; an edit holds, holds
/// when done again, leaves what it does not concern, and is undone by its opposite; nothing crashes. Built
/// with the address and undefined-behaviour sanitizers.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "formats/yaml_file.hpp"

using namespace mailstack;

namespace {

const YamlFile::Sections sections{"relays", "senders"};

void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "yaml_file_fuzzer: does not hold: %s\n", what);
        std::abort();
    }
}

/// The edit's result, parsed from its bytes; nothing where the file is written in a way that cannot be
/// edited.
template <typename Edit>
std::optional<YamlFile> attempt(const YamlFile& file, const Edit& edit) {
    try {
        const YamlFile edited = edit(file);
        require(!edited.problem(), "what was edited can be read");
        require(edit(edited).print() == edited.print(), "the same edit again changes nothing");
        return YamlFile::parse(edited.print(), sections);
    } catch (const Error& error) {
        require(error.code() == Code::Unsupported, error.what());
        return std::nullopt;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
    const std::string text(octets, octets + size);
    const auto file = YamlFile::parse(text, sections);
    require(file.print() == text, "print(parse(x)) == x");
    const YamlEntry entry{.key = "fuzz", .fields = {{"host", "[::1]"}, {"port", "587"}}};
    if (const auto edited = attempt(file, [](const YamlFile& f) { return f.with_setting("fuzz", "a: b"); })) {
        require(edited->setting("fuzz")->value == "a: b", "a setting is there");
        require(edited->entries("relays") == file.entries("relays"), "a setting leaves the sections");
        if (!file.setting("fuzz")) {
            const auto without =
                attempt(*edited, [](const YamlFile& f) { return f.without_setting("fuzz"); });
            require(without && without->settings() == file.settings(), "and goes again");
        }
    }
    if (const auto edited = attempt(file, [&](const YamlFile& f) { return f.with_entry("relays", entry); })) {
        require(
            edited->entries("senders") == file.entries("senders") && edited->settings() == file.settings(),
            "an entry leaves the rest");
        const auto without =
            attempt(*edited, [](const YamlFile& f) { return f.without_entry("relays", "fuzz"); });
        require(!without || without->entries("senders") == file.entries("senders"), "and goes again");
    }
    for (const YamlEntry& one : file.entries("senders")) {
        attempt(file, [&](const YamlFile& f) { return f.without_entry("senders", one.key); });
    }
    return 0;
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/address_trace.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include "base/disk.hpp"
#include "base/error.hpp"
#include "base/file_calls.hpp"
#include "base/text.hpp"
#include "engine/address_test_answer.hpp"
#include "engine/address_test_question.hpp"

namespace mailstack {
namespace {

constexpr std::string_view arrow = ") => ";
constexpr std::string_view absent = "NOT FOUND";

/// What stands between `begins` and `ends`; nothing where the line is another one.
std::optional<std::string> enclosed(std::string_view line, std::string_view begins, std::string_view ends) {
    if (!line.starts_with(begins) || !line.ends_with(ends) || line.size() < begins.size() + ends.size()) {
        return std::nullopt;
    }
    return std::string(line.substr(begins.size(), line.size() - begins.size() - ends.size()));
}

/// Takes "VALUE (STATUS), ad=N" apart.
void read_value(MapLookedUp& lookup, std::string_view told) {
    constexpr std::string_view tail = "), ad=";
    const auto end = told.rfind(tail);
    const auto open = told.rfind(" (", end);
    if (end == std::string_view::npos || open == std::string_view::npos) {
        return;
    }
    std::from_chars(told.data() + open + 2, told.data() + end, lookup.status);
    if (told.substr(0, open) != absent) {
        lookup.value = std::string(told.substr(0, open));
    }
}

/// Takes "KEY, %0=KEY, %1=..." apart: a key may hold a comma, so %0 tells where it ends.
void read_key(MapLookedUp& lookup, std::string_view told) {
    constexpr std::string_view first = ", %0=";
    const auto end = std::min(told.find(first), told.size());
    lookup.key = told.substr(0, end);
    std::string_view rest = told.substr(end);
    for (char digit = '1'; digit <= '9'; ++digit) {
        const std::string marks = std::string(", %") + digit + "=";
        const auto at = rest.find(marks);
        if (at == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(at + marks.size());
        const std::string next = std::string(", %") + static_cast<char>(digit + 1) + "=";
        lookup.arguments.emplace_back(rest.substr(0, std::min(rest.find(next), rest.size())));
    }
}

std::optional<MapLookedUp> read_lookup(std::string_view line) {
    constexpr std::string_view begins = "map_lookup(";
    const auto at = line.find(begins);  // -bt has its prompt before it
    const auto split = line.find(arrow);
    if (at == std::string_view::npos || split == std::string_view::npos || split < at) {
        return std::nullopt;
    }
    std::string_view asked = line.substr(at + begins.size(), split - at - begins.size());
    const auto comma = asked.find(", ");
    if (comma == std::string_view::npos) {
        return std::nullopt;
    }
    MapLookedUp lookup;
    lookup.map = asked.substr(0, comma);
    read_key(lookup, asked.substr(comma + 2));
    read_value(lookup, line.substr(split + arrow.size()));
    return lookup;
}

void add_event(std::vector<TraceEvent>& events, std::string_view line) {
    constexpr std::string_view unsafe = "include: not safe (uid=", after_uid = "): ";
    if (auto lookup = read_lookup(line)) {
        events.emplace_back(std::move(*lookup));
    } else if (auto key = enclosed(line, "alias(", ")")) {
        events.emplace_back(AliasLookedFor{std::move(*key)});
    } else if (auto user = enclosed(line, "forward(", ")")) {
        events.emplace_back(ForwardLookedFor{std::move(*user)});
    } else if (auto path = enclosed(line, "include(", ")")) {
        events.emplace_back(FileOpened{.path = std::move(*path)});
    } else if (line.starts_with(unsafe)) {
        auto* const opened = events.empty() ? nullptr : std::get_if<FileOpened>(&events.back());
        if (const auto at = line.find(after_uid); opened != nullptr && at != std::string_view::npos) {
            opened->refused = line.substr(at + after_uid.size());
        }
    } else if (line.find("... ") != std::string_view::npos && !line.starts_with("... ")) {
        events.emplace_back(Answered{std::string(line)});
    } else if (const auto end = line.find(" aliased to "); end != std::string_view::npos) {
        constexpr std::size_t size = std::string_view(" aliased to ").size();
        events.emplace_back(
            AliasExpanded{.address = std::string(line.substr(0, std::min(line.find(" ("), end))),
                          .to = std::string(line.substr(end + size))});
    } else if (line == "aliasing/forwarding loop broken") {
        events.emplace_back(Answered{std::string(line)});
    }
}

bool is_there(const std::string& directory) {
    struct stat status {};
    return ::stat(directory.c_str(), &status) == 0;
}

/// A directory that is hidden from this process looks to sendmail, its child, as if there were no .forward.
void mark_unseen(std::vector<TraceEvent>& events) {
    for (TraceEvent& event : events) {
        auto* const opened = std::get_if<FileOpened>(&event);
        if (opened != nullptr && !opened->refused.empty() && opened->path.starts_with('/')) {
            opened->directory_unseen = !is_there(directory_of(opened->path));
        }
    }
}

/// Of access only what was looked up about the recipient: To:KEY, and KEY alone after it.
std::vector<MapLookedUp> about_recipient(std::string_view output) {
    constexpr std::string_view tag = "To:";
    std::vector<MapLookedUp> found;
    std::string after_tag;
    for (const std::string_view line : output_lines(output)) {
        auto lookup = read_lookup(line);
        if (!lookup || lookup->map != "access") {
            continue;
        }
        const bool tagged = lookup->key.starts_with(tag);
        if (tagged || (!after_tag.empty() && lookup->key == after_tag)) {
            after_tag = tagged ? lookup->key.substr(tag.size()) : "";
            found.push_back(std::move(*lookup));
        } else {
            after_tag.clear();
        }
    }
    return found;
}

}  // namespace

std::vector<TraceEvent> read_trace(std::string_view output) {
    std::vector<TraceEvent> events;
    for (const std::string_view line : output_lines(output)) {
        add_event(events, line);
    }
    return events;
}

std::vector<TraceEvent> trace_address(const AddressTest& test, const std::string& address) {
    check_address(address);
    const Ended ended =
        run(sendmail_command(test, {"-d60.5,27.4", "-bv", "--", address}), "", sendmail_limits(test));
    auto events = read_trace(ended.output + ended.errors);
    mark_unseen(events);
    return events;
}

RecipientCheck check_recipient(const AddressTest& test, const std::string& address) {
    // With delay_checks, check_rcpt asks about the client and the sender first; see relay_guard.cpp.
    const bool delayed = read_if_regular(test.cf).find("\nScheckrcpt\n") != std::string::npos;
    const CallRuleset call{delayed ? "checkrcpt" : "check_rcpt", address};
    std::string script;
    for (const auto& [macro, value] : std::initializer_list<std::pair<const char*, const char*>>{
             {"{client_addr}", "203.0.113.9"},
             {"{client_name}", "mx.stranger.example"},
             {"{client_ptr}", "mx.stranger.example"},
             {"{client_resolve}", "OK"},
             {"{deliveryMode}", "b"},
             {"r", "SMTP"},
             {"s", "mx.stranger.example"},
             {"f", "someone@stranger.example"},
             {"{mail_from}", "someone@stranger.example"}}) {
        script += command_line(DefineMacro{macro, value}) + "\n";
    }
    script += command_line(call) + "\n";
    const Ended ended = run(sendmail_command(test, {"-d60.5", "-bt"}), script, sendmail_limits(test));
    return {.lookups = about_recipient(ended.output),
            .decision = std::get<Rewriting>(read_answer(call, ended.output))};
}

}  // namespace mailstack

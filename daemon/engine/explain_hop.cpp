// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/explain_hop.hpp"
#include "engine/explain_route.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "engine/apply.hpp"

namespace mailstack {
namespace {

constexpr int try_again = 75;  // sysexits(3): EX_TEMPFAIL

/// What sendmail stores for the entry once the rule's arguments are put in: map_rewrite() of map.c.
std::string with_arguments(std::string_view value, const MapLookedUp& lookup) {
    std::string result;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char next = i + 1 < value.size() ? value[i + 1] : '\0';
        if (value[i] != '%' || (next != '%' && (next < '0' || next > '9'))) {
            result += value[i];
            continue;
        }
        ++i;
        const auto number = static_cast<std::size_t>(next - '0');
        if (next == '%') {
            result += '%';
        } else if (number == 0) {
            result += lookup.key;
        } else if (number <= lookup.arguments.size()) {
            result += lookup.arguments[number - 1];
        }
    }
    return result;
}

/// At most 20 of them: a list of 10,000 is told by its number.
std::string listed(const std::vector<std::string>& recipients) {
    constexpr std::size_t at_most = 20;
    if (recipients.size() <= at_most) {
        return joined(recipients, ", ");
    }
    const std::vector<std::string> first(recipients.begin(), recipients.begin() + at_most);
    return joined(first, ", ") + " and " + std::to_string(recipients.size() - at_most) + " more";
}

/// Whether the map holds what the text says. sendmail cuts what it prints in the middle.
bool holds(const std::string& printed, const std::string& value) {
    constexpr std::size_t uncut = 200;
    const auto dots = printed.size() < uncut ? std::string::npos : printed.find("...");
    return dots == std::string::npos ? trimmed(printed) == trimmed(value)
                                     : std::string_view(trimmed(value)).starts_with(printed.substr(0, dots));
}

/// Maps that the rules use as tools.
bool is_tool(std::string_view map) {
    static constexpr std::array<std::string_view, 6> tools{"dequote", "macro",  "arith",
                                                           "storage", "access", "implicit"};
    return std::find(tools.begin(), tools.end(), map) != tools.end();
}

std::string without_dot(std::string_view name) {
    return fold_case(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
}

std::vector<ExplainStep> host_steps(const MapLookedUp& lookup) {
    if (lookup.status == try_again) {
        return {{"unknown",
                 "whether " + lookup.key +
                     " is the short form or another name of a host: DNS does not answer; the rest "
                     "holds if it is not",
                 ""}};
    }
    if (!lookup.value || without_dot(*lookup.value) == without_dot(lookup.key)) {
        return {};
    }
    return {{"dns", lookup.key + " is " + *lookup.value, ""}};
}

ExplainStep not_opened(const MapLookedUp& lookup) {
    return {"unknown",
            "what the map " + lookup.map + " says of " + lookup.key + ": sendmail cannot look into it now",
            ""};
}

}  // namespace

const TableSource& table_of(const Configuration& configuration, TableName name) {
    return configuration.tables[static_cast<std::size_t>(name)];
}

std::string place_of(const Managed& file, std::size_t line) {
    return file.text_path + ":" + std::to_string(line);
}

std::string entry_place(const TableSource& table, std::string_view key) {
    const auto entry = table.file.find(key);
    return entry ? place_of(table, entry->line) : "";
}

std::string staleness(const TableSource& table, const MapLookedUp& lookup) {
    const auto entry = table.file.find(lookup.key);
    if (!entry) {
        return " (that is in the map, but not in its text: the text is not live)";
    }
    return with_arguments(entry->value, lookup) == lookup.value.value_or("")
               ? ""
               : " (the text says " + quoted(entry->value) + ", which is not live)";
}

std::vector<ExplainStep> HopExplainer::steps_of(const TraceEvent& event) {
    if (const auto* const lookup = std::get_if<MapLookedUp>(&event)) {
        return looked_up(*lookup);
    }
    if (const auto* const alias = std::get_if<AliasLookedFor>(&event)) {
        alias_key_ = alias->key;
    } else if (const auto* const expansion = std::get_if<AliasExpanded>(&event)) {
        return expanded(*expansion);
    } else if (const auto* const forward = std::get_if<ForwardLookedFor>(&event)) {
        user_ = forward->user;
    } else if (const auto* const file = std::get_if<FileOpened>(&event)) {
        return opened(*file);
    }
    return {};
}

std::vector<ExplainStep> HopExplainer::looked_up(const MapLookedUp& lookup) const {
    if (is_tool(lookup.map)) {
        return {};
    }
    if (lookup.map == "host") {
        return host_steps(lookup);
    }
    if (lookup.map == "msroute" && lookup.status != try_again) {
        return route_steps(configuration_.routes, lookup);
    }
    if (!lookup.value) {
        return lookup.status == try_again ? std::vector{not_opened(lookup)} : std::vector<ExplainStep>{};
    }
    const std::string happens = lookup.key + " -> " + *lookup.value;
    if (lookup.map == "virtuser" || lookup.map == "mailertable") {
        const TableName name = lookup.map == "virtuser" ? TableName::Virtusertable : TableName::Mailertable;
        const TableSource& table = table_of(configuration_, name);
        return {
            {std::string(word(name)), happens + staleness(table, lookup), entry_place(table, lookup.key)}};
    }
    const CfMap* const map = configuration_.named.map(lookup.map);
    return {{"map", lookup.map + ": " + happens, map == nullptr ? "" : map->file}};
}

std::vector<ExplainStep> HopExplainer::expanded(const AliasExpanded& alias) {
    user_.clear();
    const AliasSource* const source = defining_source(configuration_, alias_key_);
    if (source == nullptr) {
        return {
            {"alias",
             alias_key_ + " -> " + alias.to + " (that is in the map, but in no text: the text is not live)",
             ""}};
    }
    const AliasEntry entry = *source->file.find(alias_key_);
    const bool live = holds(alias.to, entry.value);
    std::vector<ExplainStep> steps{
        {"alias",
         alias_key_ + " -> " +
             (live ? listed(entry.recipients)
                   : alias.to + " (the text says " + quoted(trimmed(entry.value)) + ", which is not live)"),
         place_of(*source, entry.line)}};
    const std::string owner = "owner-" + alias_key_;
    if (const AliasSource* const of_owner = defining_source(configuration_, owner)) {
        const AliasEntry told = *of_owner->file.find(owner);
        steps.push_back(
            {"owner", "errors of mail to " + alias_key_ + " go to " + owner + ": " + listed(told.recipients),
             place_of(*of_owner, told.line)});
    }
    return steps;
}

std::vector<ExplainStep> HopExplainer::opened(const FileOpened& file) {
    const bool forward = !user_.empty();
    const std::string step = forward ? "forward" : "include";
    if (file.refused.empty()) {
        user_.clear();
        return {{step,
                 (forward ? "the account's own file of addresses is followed: "
                          : "a file of addresses is followed: ") +
                     file.path,
                 file.path}};
    }
    const bool no_file = file.refused.find("No such file or directory") != std::string::npos;
    if (forward && no_file && !file.directory_unseen) {
        return {};
    }
    if (file.directory_unseen && forward) {
        return {{"unknown",
                 "whether " + user_ + " forwards: " + directory_of(file.path) +
                     " is not there, or hidden from mailstackd",
                 file.path}};
    }
    return {{step, file.path + " is not followed: " + file.refused, file.path}};
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/address_test_question.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mailstack {
namespace {

constexpr CharacterSet word_characters("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
constexpr CharacterSet commands("/!$.-=#");

[[noreturn]] void refuse(const std::string& what, const std::string& value, const std::string& why) {
    throw Error(Code::InvalidArgument,
                "sendmail cannot be asked for the " + what + " " + quoted(value) + ": " + why);
}

void check_text(const std::string& what, const std::string& value) {
    constexpr std::size_t longest = 1000;
    if (value.size() > longest) {
        refuse(what, value, "it is longer than 1,000 octets");
    }
    if (std::any_of(value.begin(), value.end(), [](char c) { return c < ' ' || c > '~'; })) {
        refuse(what, value, "it holds a control or 8-bit character");
    }
    if (trimmed(value).size() != value.size()) {
        refuse(what, value, "it has white space at an end");
    }
}

void check_start(const std::string& what, const std::string& value, bool dot_may_be_first) {
    if (value.empty()) {
        refuse(what, value, "it is empty");
    }
    if (commands.has(value.front()) && !(dot_may_be_first && value.front() == '.')) {
        refuse(what, value, "it begins like a command");
    }
}

/// -bt takes a comma that is neither quoted nor within brackets for the end of an address.
bool is_list(const std::string& text) {
    bool quote = false, escaped = false;
    int depth = 0;
    for (const char c : text) {
        if (escaped || c == '\\') {
            escaped = !escaped;
        } else if (c == '"') {
            quote = !quote;
        } else if (!quote) {
            depth += c == '<' || c == '(' ? 1 : c == '>' || c == ')' ? -1 : 0;
            if (c == ',' && depth <= 0) {
                return true;
            }
        }
    }
    return false;
}

void check_name(const std::string& what, const std::string& name) {
    if (name.empty() ||
        !std::all_of(name.begin(), name.end(), [](char c) { return word_characters.has(c); })) {
        refuse(what, name, "a name has letters, digits and underscores");
    }
}

/// A class or a macro: one letter, or a name in braces.
void check_braced(const std::string& what, const std::string& name) {
    const bool braced = name.size() > 2 && name.starts_with('{') && name.ends_with('}');
    check_name(what, braced ? name.substr(1, name.size() - 2) : name);
    if (!braced && name.size() != 1) {
        refuse(what, name, "a name of more than one letter stands in braces");
    }
}

struct Line {
    std::string operator()(const MapLookup& question) const {
        check_name("map", question.map);
        check_text("key", question.key);
        check_start("key", question.key, true);
        return "/map " + question.map + " " + question.key;
    }
    std::string operator()(const ClassMembers& question) const {
        check_braced("class", question.name);
        return "$=" + question.name;
    }
    std::string operator()(const ResolveAddress& question) const {
        check_address(question.address);
        return "/parse " + question.address;
    }
    std::string operator()(const TryMailer& question) const {
        check_name("mailer", question.mailer);
        check_address(question.address);
        return "/try " + question.mailer + " " + question.address;
    }
    std::string operator()(const CallRuleset& question) const {
        check_name("rule set", question.ruleset);
        check_address(question.workspace);
        return question.ruleset + " " + question.workspace;
    }
    std::string operator()(const DefineMacro& question) const {
        check_braced("macro", question.name);
        check_text("macro's value", question.value);
        if (question.value.find_first_of("\\\"$") != std::string::npos) {
            refuse("macro's value", question.value, "it holds a quote, a backslash or a dollar sign");
        }
        return ".D" + question.name + question.value;
    }
};

}  // namespace

std::string command_line(const Question& question) {
    return std::visit(Line{}, question);
}

void check_address(const std::string& address) {
    check_text("address", address);
    check_start("address", address, false);
    if (is_list(address)) {
        refuse("address", address, "it is a list");
    }
}

}  // namespace mailstack

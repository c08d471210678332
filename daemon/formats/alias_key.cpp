// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/alias_key.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "formats/address_scan.hpp"

namespace mailstack {

namespace {

using Tokens = std::vector<std::string>;

constexpr std::string_view quotes = "\"";
constexpr char blank_sub = '.';  // option BlankSub, as cf/ sets it

AliasKey rejected(std::string_view why) {
    return {false, {}, std::string(why)};
}

constexpr std::array<bool, 256> simple_characters = [] {
    std::array<bool, 256> simple{};
    for (const char c : std::string_view(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+=$&'*?^~{}#/|`")) {
        simple[static_cast<unsigned char>(c)] = true;
    }
    return simple;
}();

bool is_operator(const std::string& token, std::string_view operators) {
    return token.size() == 1 && operators.find(token[0]) != std::string_view::npos;
}

bool has(const Tokens& tokens, std::string_view operators) {
    return std::any_of(tokens.begin(), tokens.end(),
                       [&](const std::string& token) { return is_operator(token, operators); });
}

/// Ruleset 3: what angle brackets hold counts (the last pair opened), and semicolons at an end go.
Tokens without_brackets(Tokens tokens) {
    while (!tokens.empty() && tokens.back() == ";") {
        tokens.pop_back();
    }
    const auto open = std::find(tokens.rbegin(), tokens.rend(), "<").base();
    if (open == tokens.begin()) {
        return tokens;
    }
    tokens.erase(tokens.begin(), open);
    tokens.erase(std::find(tokens.begin(), tokens.end(), ">"), tokens.end());
    while (!tokens.empty() && tokens.back() == ";") {
        tokens.pop_back();
    }
    return tokens;
}

/// The map `dequote`: the token without its quotes, or nothing where it must keep them.
std::optional<std::string> dequoted(const std::string& token) {
    std::string plain;
    int comments = 0, angles = 0, marks = 0;
    bool escaped = false;
    for (const char c : token) {
        if (escaped) {
            escaped = false;
            plain += c;
            continue;
        }
        escaped = c == '\\';
        comments += c == '(' ? 1 : 0;
        if (c == ' ' || c == '\t' || (c == ')' && comments-- <= 0)) {
            return std::nullopt;
        }
        if (comments == 0) {
            angles += c == '<' ? 1 : 0;
            if (c == '>' && angles-- <= 0) {
                return std::nullopt;
            }
            if (c == '"') {
                ++marks;
                continue;
            }
        }
        plain += c;
    }
    const bool sound = angles == 0 && comments == 0 && !escaped && marks > 0 && marks % 2 == 0;
    return sound ? std::optional(plain) : std::nullopt;
}

/// Tokens as one text, with `between` where two words touch.
std::string joined(const Tokens& tokens, char between) {
    constexpr std::string_view no_word = "\".:%@!^/[]+<>,;()";
    std::string text;
    bool after_word = false;
    for (const auto& token : tokens) {
        const bool word = no_word.find(token[0]) == std::string_view::npos && !is_c_space(token[0]);
        if (after_word && word) {
            text += between;
        }
        text += token;
        after_word = word;
    }
    return text;
}

bool is_local(const Tokens& host_tokens, const std::vector<std::string>& local_hosts) {
    auto host = fold_case(joined(host_tokens, ' '));
    if (host.size() > 1 && host.back() == '.') {
        host.pop_back();
    }
    return host == "localhost" ||
           std::find(local_hosts.begin(), local_hosts.end(), host) != local_hosts.end();
}

/// sendmail replaces what it will not have in a user name (hasctrlchar).
std::string sanitized(std::string text) {
    bool in_quotes = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (!in_quotes && (byte < ' ' || byte == 127)) {
            text[i] = '?';
        } else if (text[i] == '"') {
            in_quotes = !in_quotes;
        } else if (text[i] == '\\' && ++i == text.size()) {
            text[--i] = '?';
        }
    }
    return text;
}

AliasKey stored(std::string text) {
    const auto first = text.find_first_not_of(quotes);
    const char begins = text.starts_with('"') && text.size() > 1 ? text[1] : text[0];
    if (begins == '|' || begins == '/') {
        return rejected("a program or a file cannot have aliases");
    }
    if (begins == ':' || first == std::string::npos) {
        return rejected("it is no name that mailstack can follow");
    }
    auto clean = sanitized(text);
    return {true, fold_case(clean), clean == text ? "" : "sendmail replaces its control characters"};
}

/// Rulesets 3 and 0 for what is left of a local address: hosts and quotes are taken off until there is
/// nothing to take.
AliasKey key_of(Tokens tokens, const std::vector<std::string>& local_hosts) {
    for (int depth = 0; depth < 16; ++depth) {
        if (tokens.empty() || has(tokens, ":,<>!")) {
            return rejected("it is no single local address that mailstack can follow");
        }
        // a@b: the last @ counts and there may be one; a%b is a@b where there is no @
        auto at = std::find(tokens.rbegin(), tokens.rend(), "@");
        if (at == tokens.rend()) {
            at = std::find(tokens.rbegin(), tokens.rend(), "%");
        } else if (std::count(tokens.begin(), tokens.end(), "@") > 1) {
            return rejected("it has two hosts");
        }
        const bool hosted = at != tokens.rend();
        if (hosted) {
            const Tokens host(at.base(), tokens.end());
            tokens.erase(std::prev(at.base()), tokens.end());
            if (tokens.empty() || host.empty() || !is_local(host, local_hosts)) {
                return rejected(
                    "sendmail cannot alias names of other hosts, and its host is not known to be local");
            }
        }
        bool changed = has(tokens, "%");
        if (tokens.size() == 1) {
            if (const auto plain = dequoted(tokens[0])) {
                tokens = scan_address(*plain, '\0').tokens;
                changed = has(tokens, "@%!");
            }
        }
        if (tokens.empty()) {
            return rejected("it is empty");
        }
        if (!changed) {
            return stored(joined(tokens, blank_sub));
        }
    }
    return rejected("it is no single local address that mailstack can follow");
}

}  // namespace

bool is_simple_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= longest_alias_name && name[0] != '/' && name[0] != '|' &&
           name[0] != '#' && std::all_of(name.begin(), name.end(), [](char c) {
               return simple_characters[static_cast<unsigned char>(c)];
           });
}

AliasKey alias_key(std::string_view line, const std::vector<std::string>& local_hosts) {
    const auto scanned = scan_address(line, ':');
    const auto name = line.substr(0, scanned.end);
    if (scanned.tokens.empty()) {
        return rejected("it is empty");
    }
    if (name.size() > longest_alias_name) {
        return rejected("it is longer than 255 octets");
    }
    if (std::any_of(name.begin(), name.end(), [](char c) { return (c & '\xe0') == '\x80' || c == '\xff'; })) {
        return rejected("it holds 8-bit characters that sendmail refuses (0x80 to 0x9f, 0xff)");
    }
    if (scanned.complaint ==
        unbalanced_quote) {  // the rest of the line, recipients and all, becomes the name
        return rejected(scanned.complaint + ": it is no name that mailstack can follow");
    }
    auto tokens = without_brackets(scanned.tokens);
    if (tokens.empty()) {
        return has(scanned.tokens, "<") ? AliasKey{true, "", "it is empty: sendmail can never look it up"}
                                        : rejected("it is empty");
    }
    auto key = key_of(tokens, local_hosts);
    if (!scanned.complaint.empty()) {
        key.problem = scanned.complaint + (key.problem.empty() ? "" : "; " + key.problem);
    }
    return key;
}

}  // namespace mailstack

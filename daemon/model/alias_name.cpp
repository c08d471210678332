// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/alias.hpp"
#include "model/characters.hpp"

namespace mailstack {

namespace {

constexpr CharacterSet name_starts_refused{"#/|"};

[[noreturn]] void refuse(std::string_view name, const std::string& why) {
    throw Error(Code::InvalidAddress, "alias name " + quoted(name) + ": " + why);
}

std::string why_not(char c) {
    if (c == '@') {
        return "a name has no '@': write the part before it, every local domain shares it";
    }
    if (c == ':') {
        return "a name has no ':': it ends the name in the alias file";
    }
    if (c == '\n' || c == '\r') {
        return "a name is one line";
    }
    if (c == ' ' || c == '\t') {
        return "a name has no white space";
    }
    if (c == '"') {
        return "quotes stand around the whole name, in a pair, or nowhere";
    }
    return quoted(std::string_view(&c, 1)) + " is not allowed: use letters, digits, '.', '-', '_', '+'";
}

std::string_view without_quotes(std::string_view text) {
    const bool in_quotes = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return in_quotes ? text.substr(1, text.size() - 2) : text;
}

void check(std::string_view text, std::string_view local) {
    if (local.empty()) {
        refuse(text, "it is empty: a name has at least one character");
    }
    if (text.size() > longest_address) {
        refuse(text, "it has " + std::to_string(text.size()) + " octets, sendmail takes " +
                         std::to_string(longest_address) + " at most");
    }
    for (const char c : local) {
        if (c != '.' && !is_word_char(c)) {
            refuse(text, why_not(c));
        }
    }
    if (name_starts_refused.has(local.front())) {
        refuse(
            text,
            "it begins with " + quoted(local.substr(0, 1)) +
                ", which sendmail takes for a comment, a file or a program: begin with a letter or a digit");
    }
}

/// Of RFC 2142 sections 3 to 5; sendmail's own; and where certificate authorities send the proof of who owns
/// a domain (CA/Browser Forum Baseline Requirements 3.2.2.4.4).
constexpr std::array<std::string_view, 20> reserved{
    "abuse",     "admin",   "administrator", "ftp",  "hostmaster", "info", "mailer-daemon",
    "marketing", "news",    "nobody",        "noc",  "postmaster", "root", "sales",
    "security",  "support", "usenet",        "uucp", "webmaster",  "www"};

}  // namespace

AliasName::AliasName(std::string_view text) : text_(text) {
    const auto local = without_quotes(text);
    check(text, local);
    key_ = fold_case(local);
}

bool is_system_name(const AliasName& name, const IsAccount& is_account) {
    const std::string_view key = name.key();
    if (name.text().front() == '"' || !is_dot_atom(key, is_word_char)) {
        return true;
    }
    // sendmail delivers root+anything to root where no alias of that name exists.
    const std::string base(key.substr(0, key.find('+')));
    return base.empty() || base.starts_with("owner-") || base.ends_with("-owner") ||
           base.ends_with("-request") ||
           std::find(reserved.begin(), reserved.end(), base) != reserved.end() || is_account(base) ||
           is_account(name.key());
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The grammar of mailertable (table_entry.hpp).
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/host.hpp"
#include "model/reply_text.hpp"
#include "model/table_grammar.hpp"

namespace mailstack {

namespace {

/// What MAILER(`smtp') declares. They speak SMTP to a host and can do nothing else.
constexpr std::array<std::string_view, 5> mailers{"smtp", "esmtp", "smtp8", "dsmtp", "relay"};

std::string why_no_error(std::string_view rest) {
    const auto status = leading_status(rest);
    return why_no_reply(status, status.empty() ? rest : rest.substr(status.size() + 1));
}

/// `name` is what stands without brackets.
std::string why_no_name(std::string_view key, std::string_view name) {
    constexpr std::string_view argument = "%1";
    if (name.find('%') == std::string_view::npos) {
        return why_no_domain(name);
    }
    if (!name.starts_with(argument)) {
        return "of the arguments only %1 can be used, at the host's begin";
    }
    if (key.front() != '.') {
        return "%1 is what the dot at a key's begin stood for, and this key has none";
    }
    const auto rest = name.substr(argument.size());
    return rest.empty() ? "" : rest.front() == '.' ? why_no_domain(rest.substr(1)) : "after %1 comes a dot";
}

std::string why_no_host(std::string_view key, std::string_view host) {
    if (host.empty()) {
        return "the host is missing: write mailer:host";
    }
    if (std::all_of(host.begin(), host.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return "a port cannot be given: sendmail takes " + quoted(host) +
               " for a second host; the port is part of a mailer's definition in sendmail.mc";
    }
    if (host.find('@') != std::string_view::npos) {
        return "another user cannot be given here: write the host alone, and use virtusertable for users";
    }
    if (host.find(',') != std::string_view::npos) {
        return "hosts are separated by ':'";
    }
    if (host.front() != '[') {
        return why_no_name(key, host);
    }
    if (host.back() != ']') {
        return "a '[' is closed by a ']' at the host's end";
    }
    return why_no_literal(host).empty() ? std::string() : why_no_name(key, host.substr(1, host.size() - 2));
}

/// Where the host that begins `hosts` ends: at a ':' outside of brackets.
std::size_t host_end(std::string_view hosts) {
    const auto bracket = hosts.starts_with('[') ? hosts.find(']') : std::size_t{0};
    return hosts.find(':', bracket == std::string_view::npos ? 0 : bracket);
}

std::string why_no_mailer(std::string_view mailer) {
    if (std::find(mailers.begin(), mailers.end(), mailer) != mailers.end()) {
        return {};
    }
    if (mailer == "discard") {
        return "sendmail has no mailer of that name for addresses, only for access: write error:5.7.1:550 "
               "and a text";
    }
    return quoted(mailer) +
           " is not one of the mailers that can be named here: smtp, esmtp, smtp8, dsmtp, relay, error";
}

}  // namespace

std::string why_no_mailertable_key(std::string_view key) {
    if (key == ".") {
        return {};
    }
    if (key.front() == '[') {
        return "sendmail does not look for address literals here: write a domain";
    }
    if (key.find('@') != std::string_view::npos) {
        return "a key is a domain, or a dot and a domain for all below it: users are what virtusertable is "
               "for";
    }
    return why_no_domain(key.substr(key.front() == '.' ? 1 : 0));
}

std::string why_no_mailertable_value(std::string_view key, std::string_view value) {
    const auto colon = value.find(':');
    if (colon == std::string_view::npos || value.front() == '[') {
        return "sendmail ignores a value without a mailer: write smtp:host or relay:[host]";
    }
    const auto mailer = value.substr(0, colon);
    auto hosts = value.substr(colon + 1);
    if (mailer == "error") {
        return why_no_error(hosts);
    }
    auto why = why_no_mailer(mailer);
    while (why.empty()) {
        const auto end = host_end(hosts);
        why = why_no_host(key, hosts.substr(0, end));
        if (end == std::string_view::npos) {
            break;
        }
        hosts.remove_prefix(end + 1);
    }
    return why;
}

}  // namespace mailstack

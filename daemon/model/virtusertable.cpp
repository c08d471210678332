// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The grammar of virtusertable (table_entry.hpp).
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "model/alias.hpp"
#include "model/characters.hpp"
#include "model/host.hpp"
#include "model/reply_text.hpp"
#include "model/table_grammar.hpp"

namespace mailstack {

namespace {

constexpr std::string_view error_mailer = "error:";

/// sendmail's own words for exit codes (parseaddr.c, ErrorCodes): only the last one means "try again".
constexpr std::array<std::string_view, 8> keywords{"nouser",   "nohost",   "unavailable", "usage",
                                                   "software", "protocol", "config",      "tempfail"};

std::string why_no_error(std::string_view rest) {
    if (const auto status = leading_status(rest); !status.empty()) {
        return why_no_reply(status, rest.substr(status.size() + 1));
    }
    const auto keyword = rest.substr(0, rest.find(' '));
    if (keyword.size() == rest.size() ||
        std::find(keywords.begin(), keywords.end(), keyword) == keywords.end()) {
        return "an error is written as error:nouser No such user, or as error:5.7.0:550 Not here";
    }
    const auto text = rest.substr(keyword.size() + 1);
    const auto first = text.find_first_not_of('"');
    if (first == std::string_view::npos || text[first] < '0' || text[first] > '9') {
        return why_no_text(text);
    }
    return why_no_reply(keyword == "tempfail" ? "4" : "5", text);
}

/// `text` with a letter for each %1, %2 and %3. Any other % stays.
std::string substituted(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 1 < text.size() && text[at + 1] >= '1' && text[at + 1] <= '3') {
            plain += 'x';
            ++at;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

/// Whether the address leads to the key again, whatever else is in the table.
bool is_loop(std::string_view key, std::string_view value) {
    const auto folded_key = fold_case(key);
    const auto folded_value = fold_case(value);
    return folded_value == folded_key ||
           (key.front() == '@' && (folded_value == "%1" + folded_key || folded_value == "%1%3" + folded_key));
}

}  // namespace

std::string why_no_virtusertable_key(std::string_view key) {
    const auto at = key.rfind('@');
    if (at == std::string_view::npos || at + 1 == key.size()) {
        return "sendmail looks for user@domain, user+*@domain and @domain: write the domain";
    }
    const auto local = key.substr(0, at);
    if (!local.empty() && !is_dot_atom(local, is_plain_char)) {
        return "before the '@' stand letters, digits, single dots and characters such as + - _ =, or nothing";
    }
    const auto domain = key.substr(at + 1);
    if (domain.front() == '[') {
        return "sendmail does not look for address literals here: write a domain";
    }
    return why_no_domain(domain);
}

std::string why_no_virtusertable_value(std::string_view key, std::string_view value) {
    if (value.starts_with(error_mailer)) {
        return why_no_error(value.substr(error_mailer.size()));
    }
    const auto at = value.find('@');
    if (at != std::string_view::npos && value.find('%', at) != std::string_view::npos) {
        return "a %1 after the '@' would let the sender choose the host";
    }
    const auto address = substituted(value);
    if (address.find('%') != std::string::npos) {
        return "of the arguments only %1, %2 and %3 can be used: user, detail and +detail of the address";
    }
    if (value.size() > longest_address) {
        return "it has " + std::to_string(value.size()) + " octets, sendmail takes " +
               std::to_string(longest_address) + " at most";
    }
    if (!is_plain_recipient(address)) {
        return "it is not one plain address: write user, user@domain, %1@domain, or error:nouser and a text; "
               "more "
               "than one, programs and files are what aliases are for";
    }
    if (is_loop(key, value)) {
        return "it leads back to its own key";
    }
    return {};
}

}  // namespace mailstack

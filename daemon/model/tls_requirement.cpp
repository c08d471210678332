// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// What a TLS_Srv:, TLS_Clt: or TLS_Rcpt: row of access demands (cf/README, STARTTLS: "Legal RHSs in the access map").
///
///     requirement = [ "PERM+" / "TEMP+" ] ( "VERIFY" [ ":" bits ] / "ENCR:" bits ) [ "+" extension *( "++" extension ) ]
///     bits        = 1*4DIGIT
///     extension   = "CN" [ ":" name ] / "CS:" name / "CI:" name / "CITag:" tag
///     name        = 1*( printable ASCII but < > ( ) DQUOTE + % SP \ / "+" 2HEXDIG )    ; as sendmail encodes it
///     tag         = 1*( ALPHA / DIGIT / "_" )
// clang-format on
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/characters.hpp"
#include "model/table_grammar.hpp"

namespace mailstack {

namespace {

constexpr CharacterSet refused_in_name{"<>()\"% \\"};
constexpr CharacterSet hexadecimal{"0123456789ABCDEFabcdef"};

bool take(std::string_view& text, std::string_view prefix) {
    const bool found = text.starts_with(prefix);
    text.remove_prefix(found ? prefix.size() : 0);
    return found;
}

bool take_bits(std::string_view& text) {
    constexpr std::size_t longest = 4;
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(end);
    return end > 0 && end <= longest;
}

bool is_name(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (refused_in_name.has(text[at])) {
            return false;
        }
        if (text[at] == '+') {
            if (at + 2 >= text.size() || !hexadecimal.has(text[at + 1]) || !hexadecimal.has(text[at + 2])) {
                return false;
            }
            at += 2;
        }
    }
    return !text.empty();
}

bool is_tag(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) || c == '_'; });
}

bool is_extension(std::string_view text) {
    if (take(text, "CITag:")) {
        return is_tag(text);
    }
    return text == "CN" || ((take(text, "CN:") || take(text, "CS:") || take(text, "CI:")) && is_name(text));
}

}  // namespace

std::string why_no_tls_requirement(std::string_view value) {
    auto rest = value;
    if (!take(rest, "PERM+")) {
        take(rest, "TEMP+");
    }
    const bool good =
        take(rest, "ENCR:") ? take_bits(rest) : take(rest, "VERIFY") && (!take(rest, ":") || take_bits(rest));
    if (!good || (!rest.empty() && rest.front() != '+')) {
        return "write VERIFY, VERIFY:bits or ENCR:bits in capitals, PERM+ or TEMP+ before it if need be: "
               "sendmail would "
               "take anything else for no demand at all";
    }
    if (rest.empty()) {
        return {};
    }
    rest.remove_prefix(1);
    while (true) {
        const auto end = rest.find("++");
        if (!is_extension(rest.substr(0, end))) {
            return quoted(rest.substr(0, end)) +
                   " is no extension: they are CN, CN:name, CS:name, CI:name and CITag:tag, "
                   "with ++ between them, names with +20 for a blank";
        }
        if (end == std::string_view::npos) {
            return {};
        }
        rest.remove_prefix(end + 2);
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The grammar of access (table_entry.hpp): which tags there are, what each is looked up with, and what it
/// may say.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/characters.hpp"
#include "model/host.hpp"
#include "model/reply_text.hpp"
#include "model/table_grammar.hpp"

namespace mailstack {

namespace {

/// Kinds of what stands after a tag, as a set.
using Kinds = std::uint8_t;
enum Kind : Kinds {
    DomainKind = 1,
    NetworkKind = 2,
    LiteralKind = 4,
    UserKind = 8,
    AddressKind = 16,
    EmptyKind = 32
};

enum class Says { Verdict, Friend, Tls, No, ServerFeatures, ClientFeatures, Number };

struct Tag {
    std::string_view name;  ///< "" for a key without one
    Kinds kinds;
    Says says;
};

constexpr Kinds host_kinds = DomainKind | NetworkKind | LiteralKind;
constexpr Kinds mail_kinds = DomainKind | LiteralKind | UserKind | AddressKind;

/// cf/README; which kinds are ever asked for is what the rules of proto.m4 do: D is a domain or a literal, A
/// an address and its networks, F user@domain, U user@, E the tag alone.
constexpr std::array<Tag, 14> tags{{
    {"", host_kinds | mail_kinds, Says::Verdict},
    {"Connect:", host_kinds, Says::Verdict},
    {"From:", mail_kinds, Says::Verdict},
    {"To:", mail_kinds, Says::Verdict},
    {"Spam:", mail_kinds, Says::Friend},
    {"TLS_Srv:", host_kinds | EmptyKind, Says::Tls},
    {"TLS_Clt:", host_kinds | EmptyKind, Says::Tls},
    {"TLS_Rcpt:", mail_kinds | EmptyKind, Says::Tls},
    {"Try_TLS:", host_kinds | EmptyKind, Says::No},
    {"Srv_Features:", host_kinds | EmptyKind, Says::ServerFeatures},
    {"Clt_Features:", host_kinds | EmptyKind, Says::ClientFeatures},
    {"ClientRate:", NetworkKind | EmptyKind, Says::Number},
    {"ClientConn:", NetworkKind | EmptyKind, Says::Number},
    {"GreetPause:", host_kinds, Says::Number},
}};

std::string_view tag_text(std::string_view key) {
    const auto colon = key.find(':');
    const bool address = fold_case(key.substr(0, 5)) == "ipv6:" || key.front() == '[';
    return colon == std::string_view::npos || address ? std::string_view{} : key.substr(0, colon + 1);
}

const Tag* find_tag(std::string_view text) {
    const auto* const found =
        std::find_if(tags.begin(), tags.end(),
                     [folded = fold_case(text)](const Tag& tag) { return fold_case(tag.name) == folded; });
    return found == tags.end() ? nullptr : found;
}

struct Where {
    Kind kind;
    std::string why_not;  ///< "" where it is one of its kind
};

std::string why_no_bracketed(std::string_view text) {
    // A literal that sendmail cuts octets off is [10.0.0] in the end: brackets around a network.
    const bool network = text.size() > 2 && text.back() == ']' &&
                         looks_like_network(text.substr(1, text.size() - 2)) &&
                         why_no_network(text.substr(1, text.size() - 2)).empty();
    return network ? std::string() : why_no_literal(text);
}

std::string why_no_domain_or_literal(std::string_view text) {
    return text.starts_with('[') ? why_no_bracketed(text) : why_no_domain(text);
}

Where classified(std::string_view where) {
    if (where.empty()) {
        return {EmptyKind, {}};
    }
    if (const auto at = where.rfind('@'); at != std::string_view::npos) {
        const auto kind = at + 1 == where.size() ? UserKind : AddressKind;
        if (!is_dot_atom(where.substr(0, at), is_plain_char)) {
            return {kind, "before the '@' stand letters, digits, single dots and characters such as + - _ ="};
        }
        return {kind, kind == UserKind ? std::string() : why_no_domain_or_literal(where.substr(at + 1))};
    }
    if (where.front() == '[') {
        return {LiteralKind, why_no_bracketed(where)};
    }
    if (looks_like_network(where) || where.find('/') != std::string_view::npos) {
        return {NetworkKind, why_no_network(where)};
    }
    return {DomainKind, why_no_domain(where.substr(where.front() == '.' ? 1 : 0))};
}

std::string why_not_looked_up(const Tag& tag, Kind kind) {
    const auto before = tag.name.empty() ? std::string("without a tag") : "after " + std::string(tag.name);
    switch (kind) {
        case EmptyKind:
            return before + " something must follow: it has no default";
        case UserKind:
        case AddressKind:
            return before + " no user is looked for: write a domain or a network";
        case NetworkKind:
            return before + " no network is looked for: write a domain, or an address as [10.0.0.1]";
        default:
            return before + " only addresses and networks are looked for: write 10.0.0.1 or 192.168.1";
    }
}

std::string why_no_verdict(Kind kind, std::string_view value) {
    constexpr std::string_view error = "ERROR:";
    constexpr std::string_view quarantine = "QUARANTINE:";
    if (value == "OK" || value == "RELAY" || value == "REJECT" || value == "DISCARD") {
        return {};
    }
    if (value == "SKIP") {
        const bool host = kind == DomainKind || kind == NetworkKind || kind == LiteralKind;
        return host ? "" : "SKIP is for domains, addresses and networks only";
    }
    if (value.starts_with(quarantine)) {
        return why_no_text(value.substr(quarantine.size()));
    }
    if (value.starts_with(error)) {
        const auto rest = value.substr(error.size());
        const auto status = leading_status(rest);
        return why_no_reply(status, status.empty() ? rest : rest.substr(status.size() + 1));
    }
    if ((value.front() >= '0' && value.front() <= '9') || value.front() == '"') {
        return why_no_reply({}, value);
    }
    return "write OK, RELAY, REJECT, DISCARD, SKIP, ERROR:5.7.1:550 and a text, or QUARANTINE: and a text, "
           "in capitals; "
           "sendmail would take anything else for an error to tell";
}

/// Single letters between single blanks: of a longer word sendmail uses the first letter.
std::string why_no_features(std::string_view letters, std::string_view value) {
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (at % 2 == 1 ? value[at] != ' ' : letters.find(value[at]) == std::string_view::npos) {
            return "write single letters with a blank between them, of " + std::string(letters);
        }
    }
    return {};
}

std::string why_no_number(std::string_view value) {
    constexpr std::size_t longest = 9;
    const bool number = value.size() <= longest &&
                        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    return number ? "" : "write a number of at most nine digits, 0 for no limit or no pause";
}

}  // namespace

std::string why_no_access_key(std::string_view key) {
    const auto text = tag_text(key);
    const auto* const tag = find_tag(text);
    if (fold_case(text) == "authinfo:") {
        return "passwords do not belong into access, which many may read: they are given to a route";
    }
    if (tag == nullptr) {
        std::string known;
        for (const auto& other : tags) {
            known.append(known.empty() ? "" : " ").append(other.name);
        }
        return "there is no tag " + quoted(text) + ": the tags are " + known;
    }
    const auto where = classified(key.substr(text.size()));
    return (tag->kinds & where.kind) == 0 ? why_not_looked_up(*tag, where.kind) : where.why_not;
}

std::string why_no_access_value(std::string_view key, std::string_view value) {
    const auto text = tag_text(key);
    switch (find_tag(text)->says) {
        case Says::Friend:
            return value == "FRIEND" || value == "HATER" ? "" : "after Spam: write FRIEND or HATER";
        case Says::Tls:
            return why_no_tls_requirement(value);
        case Says::No:
            return value == "NO" ? "" : "after Try_TLS: write NO";
        case Says::ServerFeatures:
            return why_no_features("AaBbCcDdEehLlPpSsVvXx", value);
        case Says::ClientFeatures:
            return why_no_features("DM", value);
        case Says::Number:
            return why_no_number(value);
        case Says::Verdict:
            break;
    }
    return why_no_verdict(classified(key.substr(text.size())).kind, value);
}

}  // namespace mailstack

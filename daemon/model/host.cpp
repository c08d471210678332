// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/host.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/characters.hpp"

namespace mailstack {

namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_domain = 253;
constexpr std::string_view ipv6_tag = "ipv6:";

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= longest_label && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

/// Whether each piece of `text` between separators satisfies `holds`.
template <typename Holds>
bool each_piece(std::string_view text, char separator, Holds holds) {
    while (true) {
        const auto end = text.find(separator);
        if (!holds(text.substr(0, end))) {
            return false;
        }
        if (end == std::string_view::npos) {
            return true;
        }
        text.remove_prefix(end + 1);
    }
}

bool is_octet(std::string_view text) {
    if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), is_digit) ||
        (text.size() > 1 && text.front() == '0')) {
        return false;
    }
    return std::stoi(std::string(text)) <= 255;
}

bool is_group(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    return !text.empty() && text.size() <= 4 && text.find_first_not_of(digits) == std::string_view::npos &&
           (text.size() == 1 || text.front() != '0');
}

bool is_ipv4_network(std::string_view text) {
    return std::count(text.begin(), text.end(), '.') <= 3 && each_piece(text, '.', is_octet);
}

bool is_ipv6(std::string_view text) {
    in6_addr address{};
    // A NUL would hide what follows it from inet_pton().
    return text.find('\0') == std::string_view::npos &&
           inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

bool is_tagged_ipv6(std::string_view text) {
    return fold_case(text.substr(0, ipv6_tag.size())) == ipv6_tag;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool has_domain_syntax(std::string_view text) noexcept {
    return text.size() <= longest_domain && each_piece(text, '.', is_label);
}

bool looks_like_network(std::string_view text) {
    return is_tagged_ipv6(text) || (!text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || c == '.';
           }));
}

std::string why_no_domain(std::string_view text) {
    if (text.empty()) {
        return "it is empty: write a domain such as example.org";
    }
    if (!is_ascii(text)) {
        return "write an international domain in its ASCII form, xn--...";
    }
    if (text.size() > longest_domain) {
        return "it has " + std::to_string(text.size()) + " octets, a domain has " +
               std::to_string(longest_domain) + " at most";
    }
    if (text.back() == '.') {
        return "leave out the dot at its end";
    }
    if (!has_domain_syntax(text)) {
        return "a domain is labels of letters, digits and inner hyphens, at most 63 octets each, with single "
               "dots "
               "between them: example.org";
    }
    const auto last = text.substr(text.rfind('.') + 1);
    if (std::all_of(last.begin(), last.end(), is_digit)) {
        return "a domain does not end in a number: an address is written as [10.0.0.1]";
    }
    return {};
}

std::string why_no_literal(std::string_view text) {
    constexpr auto* right = "an address is written as [10.0.0.1] or [IPv6:2001:db8::1]";
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') {
        return right;
    }
    const auto inside = text.substr(1, text.size() - 2);
    const bool good = is_tagged_ipv6(inside)
                          ? is_ipv6(inside.substr(ipv6_tag.size()))
                          : std::count(inside.begin(), inside.end(), '.') == 3 && is_ipv4_network(inside);
    return good ? "" : right;
}

std::string why_no_network(std::string_view text) {
    if (text.find('/') != std::string_view::npos) {
        return "sendmail knows no network masks: write the octets that its addresses begin with, as 10 or "
               "192.168.1";
    }
    if (!is_tagged_ipv6(text)) {
        return is_ipv4_network(text)
                   ? ""
                   : "a network is the first one to four octets of an address, without leading "
                     "zeros and without a dot at its end: 10 or 192.168.1";
    }
    const auto groups = text.substr(ipv6_tag.size());
    const bool zeros =
        !each_piece(groups, ':', [](std::string_view piece) { return piece.empty() || is_group(piece); });
    const bool good = !zeros && (is_ipv6(groups) || (std::count(groups.begin(), groups.end(), ':') < 7 &&
                                                     each_piece(groups, ':', is_group)));
    return good ? ""
                : "an IPv6 network is the groups that its addresses begin with, without leading zeros: "
                  "IPv6:2001:db8";
}

Domain::Domain(std::string_view text) : text_(fold_case(text)) {
    if (const auto why = why_no_domain(text); !why.empty()) {
        throw Error(Code::InvalidArgument, "domain " + quoted(text) + ": " + why);
    }
}

AddressLiteral::AddressLiteral(std::string_view text)
    : text_(fold_case(text)), ipv6_(text.substr(0, 2) == "[I" || text.substr(0, 2) == "[i") {
    if (const auto why = why_no_literal(text); !why.empty()) {
        throw Error(Code::InvalidArgument, "address " + quoted(text) + ": " + why);
    }
    if (ipv6_) {
        text_.replace(1, ipv6_tag.size(), "IPv6:");
    }
}

}  // namespace mailstack

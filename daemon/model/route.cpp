// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/route.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/host.hpp"

namespace mailstack {
namespace {

constexpr std::size_t longest_id = 32;
constexpr std::size_t longest_user = 255;
constexpr std::uint32_t implicit_tls_port = 465;
constexpr std::array<std::string_view, 3> tls_words{"none", "encrypted", "verified"};

bool in_id(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool in_user(char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '\\';
}

std::string host_text(std::string_view text) {
    if (why_no_domain(text).empty()) {
        return Domain(text).text();
    }
    const bool bracketed = !text.empty() && text.front() == '[';
    if (bracketed || looks_like_network(text)) {
        return AddressLiteral(bracketed ? std::string(text) : '[' + std::string(text) + ']').text();
    }
    throw Error(Code::InvalidArgument,
                "the relay " + quoted(text) +
                    " is neither a host name nor an address: " + why_no_domain(text) +
                    "; right would be smart.example.net, 192.0.2.1 or [IPv6:2001:db8::1]");
}

std::uint16_t checked_port(std::uint32_t port) {
    if (port == implicit_tls_port) {
        throw Error(Code::InvalidArgument,
                    "port 465 begins with TLS, which sendmail cannot speak to a relay; relays offer the same "
                    "with STARTTLS on port 587");
    }
    if (port == 0 || port > 65535) {
        throw Error(Code::InvalidArgument,
                    "the port " + std::to_string(port) +
                        " is none: right would be 587 (submission), 25, or another from 1 to 65535");
    }
    return static_cast<std::uint16_t>(port);
}

void require_user(const Relay& relay) {
    if (relay.user.size() > longest_user ||
        !std::all_of(relay.user.begin(), relay.user.end(), [](char c) { return in_user(c); })) {
        throw Error(
            Code::InvalidArgument,
            "the user " + quoted(relay.user) +
                " cannot be one: at most 255 printable ASCII characters, no space, quote or backslash");
    }
    if (!relay.user.empty() && relay.tls == RouteTls::None && !relay.host.loopback()) {
        throw Error(Code::InvalidArgument,
                    "the route " + quoted(relay.id.text()) +
                        " has a user but no TLS: the password would cross the network in clear; "
                        "right would be tls \"verified\", or \"encrypted\"");
    }
}

}  // namespace

RouteId::RouteId(std::string_view text) : text_(text) {
    const bool right = !text.empty() && text.size() <= longest_id && text.front() != '-' &&
                       std::all_of(text.begin(), text.end(), [](char c) { return in_id(c); });
    if (!right) {
        throw Error(
            Code::InvalidArgument,
            "the route id " + quoted(text) +
                " cannot be one: right would be 1 to 32 of a-z, 0-9 and -, as in \"home\" or \"isp-2\"");
    }
}

RelayHost::RelayHost(std::string_view text) : text_(host_text(text)) {}

std::string RelayHost::bracketed() const {
    return literal() ? text_ : '[' + text_ + ']';
}

bool RelayHost::loopback() const noexcept {
    return text_.starts_with("[127.") || text_ == "[IPv6:::1]";
}

std::string_view word(RouteTls tls) noexcept {
    return tls_words.at(static_cast<std::size_t>(tls));
}

RouteTls route_tls(std::string_view word) {
    const auto* const found = std::find(tls_words.begin(), tls_words.end(), word);
    if (found == tls_words.end()) {
        throw Error(Code::InvalidArgument,
                    "the TLS demand " + quoted(word) +
                        " is none: right would be \"verified\", \"encrypted\" or \"none\"");
    }
    return static_cast<RouteTls>(found - tls_words.begin());
}

Relay make_relay(std::string_view id, std::string_view host, std::uint32_t port, std::string_view tls,
                 std::string_view user) {
    Relay relay{.id = RouteId(id),
                .host = RelayHost(host),
                .port = checked_port(port),
                .tls = route_tls(tls),
                .user = std::string(user)};
    if (relay.id.built_in()) {
        throw Error(Code::InvalidArgument,
                    "the route " + quoted(id) + " is built in: a relay needs an id of its own");
    }
    require_user(relay);
    return relay;
}

RouteSender::RouteSender(std::string_view text) : text_(fold_case(text)) {
    if (text_.ends_with("@localhost")) {
        throw Error(Code::InvalidAddress, "the sender " + quoted(text) +
                                              " is never seen: sendmail writes the machine's own name for "
                                              "localhost, as in alice@mail.example.org");
    }
    constexpr std::string_view in_local = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.";
    const auto at = text_.rfind('@');
    const std::string_view whole = text_;
    const bool right = at != std::string::npos && at <= 64 && why_no_domain(whole.substr(at + 1)).empty() &&
                       whole.substr(0, at).find_first_not_of(in_local) == std::string_view::npos;
    if (!right) {
        throw Error(
            Code::InvalidAddress,
            "the sender " + quoted(text) +
                " cannot have a route: right would be user@example.org, or @example.org for everybody "
                "there");
    }
}

Secret::Secret(std::string&& octets) : octets_(octets) {
    OPENSSL_cleanse(octets.data(), octets.size());
    const auto refuse = [&](Code code, const char* why) {
        OPENSSL_cleanse(octets_.data(), octets_.size());
        throw Error(code, why);
    };
    if (octets_.ends_with('\n')) {
        octets_.pop_back();
    }
    if (octets_.ends_with('\r')) {
        octets_.pop_back();
    }
    if (octets_.empty()) {
        refuse(Code::InvalidArgument, "the secret is empty: to do without AUTH, set a route without a user");
    }
    if (octets_.size() > longest) {
        refuse(Code::LimitExceeded, "the secret is longer than 1024 octets");
    }
    constexpr std::string_view never("\0\r\n", 3);
    if (octets_.find_first_of(never) != std::string::npos) {
        refuse(Code::InvalidArgument, "the secret holds a NUL or a line end: right would be a single line");
    }
}

Secret::~Secret() {
    OPENSSL_cleanse(octets_.data(), octets_.size());
}

}  // namespace mailstack

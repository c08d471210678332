// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// Where mail goes to or comes from, as validated values.
///
///     domain  = label *( "." label )                  ; at most 253 octets (RFC 1035, 2.3.4, without the root's dot)
///     label   = let-dig [ *61( let-dig / "-" ) let-dig ]
///     literal = "[" ipv4 "]" / "[IPv6:" ipv6 "]"      ; RFC 5321, 4.1.3
///     ipv4    = octet 3( "." octet )                  ; decimal, no leading zeros
///     network = octet *3( "." octet )                 ; the leading octets of the addresses that are meant: 10, 192.168.1
///             / "IPv6:" group *7( ":" group ) / "IPv6:" ipv6
///
/// A domain's last label is not all digits: 10.0.0.1 is an address. International names are not converted here: they
/// are refused with the advice to write them in their ASCII form. Names are folded (A-Z).
///
/// sendmail's networks have no "/24": its rules cut octets or groups off at the end until they find a key, and the
/// address has no leading zeros, so that a key with one would never be found (proto.m4, LookUpAddress).
// clang-format on
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

class Domain {
  public:
    /// Throws Error{InvalidArgument} that names the value and what would be right.
    explicit Domain(std::string_view text);
    const std::string& text() const noexcept { return text_; }  ///< folded

  private:
    std::string text_;
};

class AddressLiteral {
  public:
    /// Throws Error{InvalidArgument} that names the value and what would be right.
    explicit AddressLiteral(std::string_view text);
    /// With its brackets, an IPv6 address folded: [127.0.0.1], [IPv6:2001:db8::1].
    const std::string& text() const noexcept { return text_; }
    bool ipv6() const noexcept { return ipv6_; }

  private:
    std::string text_;
    bool ipv6_;
};

/// Why `text` is no domain and what would be right; "" where it is one.
std::string why_no_domain(std::string_view text);
/// The same for an address literal, brackets included.
std::string why_no_literal(std::string_view text);
/// The same for a network.
std::string why_no_network(std::string_view text);

/// Whether `text` is meant for a network: digits and dots, or IPv6: and anything.
bool looks_like_network(std::string_view text);

/// Labels of letters, digits and hyphens, whatever the last one is made of.
bool has_domain_syntax(std::string_view text) noexcept;

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// Routes: the ways on which mail for elsewhere leaves, as validated values.
///
///     id       = ( letter / digit ) *31( letter / digit / "-" )      ; lower case
///     host     = domain / literal / ipv4                             ; model/host.hpp; 192.0.2.1 means [192.0.2.1]
///     port     = 1 to 65535, but 465
///     tls      = "none" / "encrypted" / "verified"
///     user     = 1*255( printable ASCII but space, '"' and "\" )     ; what the relay's AUTH calls the user
///     sender   = [ local-part ] "@" domain                           ; an envelope sender, or all of a domain
///
/// "direct" (the MX of each domain) and "local-only" (mail for elsewhere waits in the queue) are always there. Every
/// other route is a relay: a smart host, whose name is never looked up as a mail domain (no MX).
///
/// Port 465 begins with TLS, which sendmail speaks as a server only (Op Guide, 5.6, DaemonPortOptions modifier s).
/// sendmail tells servers apart by host, not by port: a host with a user has one relay, and all relays to a host have
/// one TLS demand.
// clang-format on
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

class RouteId {
  public:
    /// Throws Error{InvalidArgument} that names the value and what would be right.
    explicit RouteId(std::string_view text);
    const std::string& text() const noexcept { return text_; }
    bool direct() const noexcept { return text_ == "direct"; }
    bool local_only() const noexcept { return text_ == "local-only"; }
    bool built_in() const noexcept { return direct() || local_only(); }
    bool operator==(const RouteId&) const = default;

  private:
    std::string text_;
};

class RelayHost {
  public:
    /// Throws Error{InvalidArgument} that names the value and what would be right.
    explicit RelayHost(std::string_view text);
    /// Folded: smart.example.net, [192.0.2.1], [IPv6:2001:db8::1].
    const std::string& text() const noexcept { return text_; }
    /// As sendmail's rules have it, so that no MX is looked up: [smart.example.net], [192.0.2.1].
    std::string bracketed() const;
    bool literal() const noexcept { return text_.front() == '['; }
    bool loopback() const noexcept;  ///< a literal of this machine itself: 127.0.0.0/8 or ::1
    bool operator==(const RelayHost&) const = default;

  private:
    std::string text_;
};

/// What is demanded of the connection to a relay.
enum class RouteTls {
    None,       ///< whatever the relay offers
    Encrypted,  ///< TLS, with whatever certificate, and the server is called as the route calls it
    Verified    ///< TLS, with a certificate for the host from an authority that sendmail.cf names
};
/// "none", "encrypted", "verified".
std::string_view word(RouteTls tls) noexcept;
/// Throws Error{InvalidArgument}.
RouteTls route_tls(std::string_view word);

struct Relay {
    RouteId id;
    RelayHost host;
    std::uint16_t port;
    RouteTls tls;
    std::string user;      ///< "": no AUTH
    std::string secret{};  ///< the name of the file that holds it, "" where none was set

    bool operator==(const Relay&) const = default;
};

/// The relay of these values. Throws Error{InvalidArgument}: a built-in id, port 465 or 0, a user that cannot
/// be one, a user without TLS elsewhere than on loopback.
Relay make_relay(std::string_view id, std::string_view host, std::uint32_t port, std::string_view tls,
                 std::string_view user);

/// An envelope sender, or all of a domain, as a key of the map.
class RouteSender {
  public:
    /// Throws Error{InvalidAddress} that names the value and what would be right.
    explicit RouteSender(std::string_view text);
    const std::string& text() const noexcept { return text_; }  ///< folded
    bool operator==(const RouteSender&) const = default;

  private:
    std::string text_;
};

/// A relay's password, wiped from memory when the last holder is gone.
class Secret {
  public:
    static constexpr std::size_t longest = 1024;  ///< octets
    /// Takes one line end off. Throws Error{InvalidArgument, LimitExceeded}: empty, NUL or a line end inside,
    /// too long. `octets` is wiped.
    explicit Secret(std::string&& octets);
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();
    const std::string& octets() const noexcept { return octets_; }

  private:
    std::string octets_;
};

}  // namespace mailstack

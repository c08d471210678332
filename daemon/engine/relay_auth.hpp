// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// AUTH with a relay (RFC 4954), as sendmail does it with what our authinfo map says.
///
///     plain = "AUTH PLAIN" [ SP message ] CRLF [ "334" message ]   ; message: Base64 of user NUL user NUL secret (RFC 4616)
///     login = "AUTH LOGIN" CRLF "334" user "334" secret             ; each in Base64
///
/// The authorization identity is the user, not empty: so sendmail sends it (measured with 8.17.1). A message that makes
/// the line longer than 512 octets (RFC 5321, 4.5.3.1.4) is sent when the relay asks for it.
// clang-format on
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/smtp_connection.hpp"
#include "model/route.hpp"

namespace mailstack {

enum class AuthMechanism { None, Plain, Login };

/// What the relay calls its mechanisms: the arguments of AUTH in its answer to EHLO, folded.
std::vector<std::string> offered_mechanisms(const SmtpPeer& peer);
/// PLAIN where it is offered, else LOGIN.
AuthMechanism chosen_mechanism(const SmtpPeer& peer);

/// The reply that decides: 235, or the first that is not the one expected. `mechanism` is not None. What is
/// sent is wiped from memory. Throws Error{MtaFailed} where there is no reply.
SmtpReply authenticate(SmtpConnection& connection, AuthMechanism mechanism, std::string_view user,
                       const Secret& secret);

}  // namespace mailstack

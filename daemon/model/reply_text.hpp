// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// What a table tells the other side of an SMTP connection.
///
///     reply  = code SP text / DQUOTE code SP quoted DQUOTE
///     code   = ("4" / "5") 2DIGIT                    ; RFC 5321, 4.2: temporary, permanent
///     status = ("4" / "5") "." 1*3DIGIT "." 1*3DIGIT ; RFC 3463; its class is the code's
///     text   = printable ASCII but DQUOTE \ ( ) < > %
///     quoted = printable ASCII but DQUOTE \ %
///
/// Text that is not quoted goes through sendmail's address scanner: it loses comments in ( ), is cut at a >, and blanks
/// beside dots, commas and the like come and go; within quotes it stays as it is. A %1 is an argument of the map's
/// look-up in either. All of it measured with 8.17.1 in -bt.
// clang-format on
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

/// Why `text` is no `text`, quoted or not, and what would be right; "" where it is one.
std::string why_no_text(std::string_view text);

/// Why `reply` is no reply, "" where it is one. `status` is what stands before it, or "": a status of another
/// class than the code's is refused, and so is a temporary code without a status, since sendmail would
/// add 5.0.0 to it (cf/README, ANTI-SPAM CONFIGURATION CONTROL).
std::string why_no_reply(std::string_view status, std::string_view reply);

/// The `status` that `text` begins with where a ':' follows it, else "".
std::string_view leading_status(std::string_view text);

}  // namespace mailstack

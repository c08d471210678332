// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// What sendmail looks into on an address's way: its own trace of every map look-up, alias and .forward.
///
///     sendmail -C FILE -d60.5,27.4 -bv -- ADDRESS
///
///     trace   = *( look-up / alias / expanded / forward / opened / refused / answer / anything else ) ; a line each
///     look-up = "map_lookup(" map ", " key *( ", %" digit "=" argument ) ") => " ( "NOT FOUND" / value ) " (" status "), ad=" N
///     alias   = "alias(" key ")"                       ; looked for in the alias files: user+detail, user+*, user
///     expanded= address " (" host ", " user ") aliased to " text      ; text is cut after 203 octets
///     forward = "forward(" user ")"                    ; an account, whose .forward files are tried next
///     opened  = "include(" path ")"                    ; a .forward, or the file of an :include:
///     refused = "include: not safe (uid=" N "): " words               ; of the one opened last
///     answer  = address "... " words                   ; as without the trace
///
/// Before the first one comes what sendmail does about the sender, the user that runs it. A look-up's key stands as
/// the rules made it; the map folds it. Measured with sendmail 8.17.1 and 8.18.1; source: map.c (map_rewrite's
/// callers), alias.c, recipient.c. The trace is made for people and may change, so every answer is asked for
/// once more without it (verify()).
// clang-format on
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/address_test.hpp"

namespace mailstack {

struct MapLookedUp {
    std::string map{}, key{};
    std::vector<std::string> arguments{};  ///< %1, %2, ... as the rule gave them
    std::optional<std::string> value{};    ///< with the arguments put in; nothing where not found
    int status = 0;                        ///< 0, or of sysexits(3): 75 is "try again later"
};
struct AliasLookedFor {
    std::string key{};
};
/// The alias looked for last was found.
struct AliasExpanded {
    std::string address{};
    std::string to{};  ///< what the map holds; of more than 203 octets only both ends
};
struct ForwardLookedFor {
    std::string user{};
};
/// A .forward or an included file.
struct FileOpened {
    std::string path{};
    std::string refused{};  ///< why sendmail does not read it: "No such file or directory"; "" where it does
    bool directory_unseen = false;  ///< its directory is not there for this process
};
/// One line of sendmail's answer, as -bv gives it without a trace.
struct Answered {
    std::string line{};
};
using TraceEvent =
    std::variant<MapLookedUp, AliasLookedFor, AliasExpanded, ForwardLookedFor, FileOpened, Answered>;

/// The events in what sendmail printed, in order. Lines of no known kind are Answered where they hold
/// "... " behind an address, else left out.
std::vector<TraceEvent> read_trace(std::string_view output);

/// Runs sendmail. Throws as verify().
std::vector<TraceEvent> trace_address(const AddressTest& test, const std::string& address);

/// What sendmail's check_rcpt says of mail to an address from a stranger: nobody whom the configuration
/// names.
struct RecipientCheck {
    std::vector<MapLookedUp> lookups{};  ///< in the map "access" that concern the recipient
    Rewriting decision{};
};
/// Throws as ask().
RecipientCheck check_recipient(const AddressTest& test, const std::string& address);

}  // namespace mailstack

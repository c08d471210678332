// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// sendmail asked about a configuration: its address test mode (-bt) and its verification (-bv).
///
/// One process of `sendmail -C FILE -bt` answers any number of questions, so ask them together: a process takes 12 to
/// 30 ms, a question 0.1 to 0.4 ms. It is a new process: no proof of the running daemon. Its standard input, one
/// line for each question and one that makes it print a mark:
///
///     /map NAME KEY       map_lookup: NAME (KEY) returns VALUE (0) / no match (0) / no match (75)
///                         Map named "NAME" not open / Map named "NAME" not found
///     $=w                 one member a line
///     /parse ADDRESS      mailer M, host H, user U        after rule sets canonify and parse, and the mailer's own
///     /try M ADDRESS      Rcode = 0, addr = A
///     RULESET WORKSPACE   RULESET returns: TOKENS         after the trace of each rule set that it calls
///     .DxVALUE            nothing
///
/// Lines that begin with "WARNING: " may come between any two words of an answer. What precedes the line "ADDRESS
/// TEST MODE" are its complaints about the .cf, after which sendmail answers all the same (a daemon would not start).
/// The exit status tells nothing. What it does not complain of: an option's value that is no number, a rule that names
/// an unknown mailer or rule set, a map declared optional (-o) that cannot be opened: ask the map.
/// Measured with sendmail 8.17.1 and 8.18.1; source: main.c testmodeline().
// clang-format on
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mailstack {

/// Which sendmail is asked about which configuration.
struct AddressTest {
    std::string program = "/usr/sbin/sendmail";
    std::string cf;                             ///< path
    std::chrono::milliseconds patience{30000};  ///< for each process
};

struct MapLookup {
    std::string map, key;  ///< the key as sendmail would look it up
};
struct ClassMembers {
    std::string name;  ///< "w", "{VirtHost}"
};
struct ResolveAddress {
    std::string address;
};
struct TryMailer {
    std::string mailer, address;
};
struct CallRuleset {
    std::string ruleset, workspace;
};
/// Holds for the questions after it.
struct DefineMacro {
    std::string name, value;  ///< "f", "{client_addr}"
};
using Question = std::variant<MapLookup, ClassMembers, ResolveAddress, TryMailer, CallRuleset, DefineMacro>;

struct MapAnswer {
    enum class Kind { Found, NotFound, CannotOpen, NoSuchMap } kind;
    std::string value{};  ///< where found
    std::string words{};  ///< sendmail's, where it cannot be opened; with -o it does not say why
};
struct ClassAnswer {
    std::vector<std::string> members;  ///< in no order
};
struct Resolution {
    std::string mailer{}, host{}, user{};  ///< of an error: "*error*" or "", a status, the text
    bool temporary = false;                ///< a map that cannot be opened, DNS that does not answer
    std::string words{};                   ///< what sendmail complained of

    bool deliverable() const { return !mailer.empty() && mailer != "*error*" && !temporary; }
};
struct TryAnswer {
    int status;           ///< 0, or a number of sysexits(3); -1 where the mailer is unknown
    std::string address;  ///< as the mailer would get it
};
/// What a rule set made of its workspace.
struct Rewriting {
    std::string tokens{};  ///< as sendmail prints them: with a space between any two
    std::string words{};   ///< what it complained of meanwhile

    bool error() const { return tokens.starts_with("$# error"); }
    /// An error that another try may not give ("$@ 4 . 7 . 1", "450 ...", $#TEMP).
    bool temporary_error() const;
    /// The text of an error: `550 5.7.1 Relaying denied`; else the tokens.
    std::string text() const;
};
/// The answer to a DefineMacro is std::monostate.
using AddressAnswer = std::variant<std::monostate, MapAnswer, ClassAnswer, Resolution, TryAnswer, Rewriting>;

/// One answer for each question, in order, of its kind.
///
/// Throws Error{InvalidConfiguration} with sendmail's words where it rejects the .cf; {InvalidArgument},
/// before sendmail is started, for a question that could be taken for another command: control or 8-bit
/// characters, more than 1,000 octets, a first character of / ! $ . - = # (a map's key may begin with a dot),
/// white space at an end, a comma between two addresses, a name that is none; {MtaFailed} where it ends
/// before it has answered; {Timeout}, {LimitExceeded}, {IoFailed}.
std::vector<AddressAnswer> ask(const AddressTest& test, const std::vector<Question>& questions);

/// What `sendmail -bv ADDRESS` says: where the address leads, aliases and .forward followed.
struct Verification {
    std::vector<Resolution> recipients;  ///< deliverable ones
    std::vector<std::string> refusals;   ///< lines about others, in sendmail's words: "bob... User unknown"
};
/// Throws as ask().
Verification verify(const AddressTest& test, const std::string& address);

}  // namespace mailstack

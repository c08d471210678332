// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What mailstackctl prints, made from plain values: text for people, JSON for programs. Nothing here knows
/// the bus.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "failure.hpp"

namespace mailstack::client {

using Json = nlohmann::ordered_json;  ///< members in the order in which the manual lists them

struct Alias {
    std::string name;
    std::vector<std::string> recipients;
    std::string source;  ///< "/etc/aliases:12"
};

/// A key of a table and what it stands for.
struct Entry {
    std::string key;
    std::string value;
    std::string source;  ///< "/etc/mail/access:12"
};

struct Problem {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t other_line = 0;  ///< 0 where no other line belongs to it
    std::string message;
};

/// A step of a message's way.
struct Step {
    std::string step;  ///< "alias"
    std::string happens;
    std::string place;  ///< "/etc/aliases:12", or ""
};

/// Something that `check` found.
struct Finding {
    std::string severity;  ///< "error", "warning" or "notice"
    std::string code;
    std::string message;
    std::string remedy;
};

/// Which route is active, until when, and what follows.
struct ActiveRoute {
    std::string id;
    std::uint64_t until = 0;  ///< seconds since the epoch; 0: for good
    std::string return_to{};  ///< "" where it is for good
};

/// As org.mailstack1.Certificate's properties, org.mailstack1(5).
struct CertificateState {
    std::string status;         ///< "valid", "expiring", ..., "none"
    std::string file{};         ///< "": sendmail.cf names none
    std::string fingerprint{};  ///< "": there is none; the members below are its own
    std::vector<std::string> names{};
    std::string subject{};
    std::string issuer{};
    std::uint64_t not_before = 0;  ///< seconds since the epoch
    std::uint64_t not_after = 0;   ///< seconds since the epoch
    bool renews_itself = false;
    std::string served_fingerprint{};  ///< as sendmail served it when it was asked last; "": none
};

struct Status {
    std::string version;
    std::string state;         ///< "running" or "degraded"
    std::string state_reason;  ///< "" where there is nothing to say
    std::uint64_t generation = 0;
    std::uint64_t live_generation = 0;
    std::string mta_unit;
    std::string mta_state;  ///< "running", "stopped" or "absent"
    std::vector<std::string> drifted;
    std::uint64_t alias_count = 0;
    ActiveRoute route;
    CertificateState certificate;
    std::string local_mailer;      ///< a path; "": sendmail.cf names none
    std::string default_delivery;  ///< "maildir", "mbox" or ""
    std::vector<Problem> problems;
    std::map<std::string, std::string> permissions;  ///< polkit action to "yes", "no" or "challenge"
};

// What the lists of listing.hpp show: by which name an item is found, its columns and their heads.
const std::string& name_of(const Alias& alias);
std::vector<std::string> columns_of(const Alias& any);
std::vector<std::string> row_of(const Alias& alias);
const std::string& name_of(const Entry& entry);
std::vector<std::string> columns_of(const Entry& any);
std::vector<std::string> row_of(const Entry& entry);

Json to_json(const Alias& alias);
Json to_json(const Entry& entry);
Json to_json(const Problem& problem);
Json to_json(const Status& status);
Json to_json(const Step& step);
Json to_json(const Finding& finding);
/// What was written although it is not live has its generation as well.
Json to_json(const Failure& failure);

/// One line, UTF-8 as it must be: a byte sequence that is none becomes U+FFFD, never an exception.
std::string line_of(const Json& json);

/// `text` with control characters as \xHH, so that nothing that stands in a file can steer the terminal.
std::string printable(std::string_view text);

/// The report of `mailstackctl status`, several lines. `now` is the present, in seconds since the epoch.
std::string to_text(const Status& status, std::uint64_t now);

/// A message's way, a line for each step, its place behind it.
std::string to_text(const std::vector<Step>& steps);
/// The findings in the order given, each with its remedy below, and how many there are of each severity.
std::string to_text(const std::vector<Finding>& findings);

/// Rows in aligned columns, two blanks apart, the last one ragged; a cell of more than 40 characters widens
/// no column.
std::string to_table(const std::vector<std::vector<std::string>>& rows);

/// "a, b, c"
std::string joined(const std::vector<std::string>& parts);

/// "1,234,567"
std::string grouped(std::uint64_t number);

/// The N of "written as generation N, but not live: ...", the message of an Error.NoMta; 0 where it holds
/// none.
std::uint64_t written_generation(std::string_view message);

/// Whether D-Bus can carry it: UTF-8 without NUL.
bool is_utf8(std::string_view text);

}  // namespace mailstack::client

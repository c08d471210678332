// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What ends a command before its time, and the exit status that tells scripts what it was: mailstackctl(1),
/// EXIT STATUS.
#pragma once

#include <stdexcept>
#include <string>

namespace mailstack::client {

enum class ExitStatus : int {
    Done = 0,           ///< done, durable and live
    Failed = 1,         ///< none of the others: a disk that fails, a defect
    Usage = 2,          ///< the command line made no sense; nobody was asked
    NotFound = 3,       ///< no such alias, key, domain, route, recipe or account
    Denied = 4,         ///< polkit, or the bus, said no
    Unreachable = 5,    ///< no bus, or no daemon on it
    NotLive = 6,        ///< written, but no MTA runs that would use it
    Refused = 7,        ///< a value that cannot be: a bad address, a loop, too long
    Exists = 8,         ///< what is there is in the way: other values, a hand edit, mail that needs it
    Busy = 9,           ///< somebody holds a lock, or time ran out: the same again later may succeed
    MtaFailed = 10,     ///< the MTA did not reload, restart or greet; what was written was undone
    Degraded = 11,      ///< mailstackd changes nothing until an administrator has looked
    NameMismatch = 12,  ///< the certificate is for no name of this machine
};

class Failure : public std::runtime_error {
  public:
    /// `name`: the D-Bus error's, or empty for one of our own. `advice`: what to do next, may be empty.
    Failure(ExitStatus status, std::string name, const std::string& message, std::string advice)
        : std::runtime_error(message), status_(status), name_(std::move(name)), advice_(std::move(advice)) {}

    ExitStatus status() const noexcept { return status_; }
    const std::string& name() const noexcept { return name_; }
    const std::string& advice() const noexcept { return advice_; }

  private:
    ExitStatus status_;
    std::string name_;
    std::string advice_;
};

/// The failure that a D-Bus error stands for. A name that is not in our table becomes ExitStatus::Failed.
Failure from_bus_error(const std::string& name, const std::string& message);

}  // namespace mailstack::client

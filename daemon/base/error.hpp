// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The one error type. Every layer throws it; bus/error_table.hpp maps each Code to its D-Bus name.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace mailstack {

/// What kind of thing went wrong: what a program can act upon.
enum class Code {
    InvalidArgument,  ///< a value that no type here can hold (an unknown option, a bad unit, ...)
    InvalidAddress,   ///< a name or recipient that sendmail would not take, or that could be taken two ways
    InvalidConfiguration,  ///< m4 or sendmail rejects the configuration, or it would be an open relay
    InvalidExpression,     ///< no regular expression that procmail takes
    AliasLoop,             ///< the change would make an alias lead back to itself
    LosesMail,             ///< with the change a plain message would arrive nowhere
    AlreadyExists,         ///< the name exists with another value
    NoSuchAlias,           ///< the name is not in any alias file
    NoSuchEntry,           ///< the key is not in the table
    NoSuchDomain,          ///< the domain is not one of ours
    NoSuchRoute,           ///< no route has the id, or the sender has none
    NoSuchRecipe,          ///< the account has no recipe of the name
    NoSuchAccount,         ///< this machine has no account of the name
    RouteInUse,            ///< mail leaves by the route: first switch to another
    NoSecret,              ///< the route has a user, but nobody has set the secret yet
    BadCertificate,        ///< no certificate in PEM, or more than a chain of them
    BadKey,                ///< no private key in PEM that could be used, or more than one
    KeyMismatch,           ///< the key is not the certificate's
    CertExpired,           ///< a certificate of the chain has expired
    CertNotYetValid,       ///< a certificate of the chain is valid later only
    NameMismatch,          ///< the certificate is for no name of this machine
    WeakKey,               ///< a key or a signature that TLS libraries refuse
    BrokenChain,           ///< the chain is out of order, or does not lead to a root
    WrongPurpose,          ///< the certificate is not a server's: an authority's own, or for another use
    HandEdited,            ///< the change would take away what somebody edited by hand
    AccessDenied,          ///< polkit, or the writer's second look, said no
    InteractionRequired,   ///< polkit would have asked a person, but the caller did not allow a dialog
    Busy,                  ///< somebody else holds a lock for longer than we wait
    LimitExceeded,         ///< too long, too many, too large
    Timeout,      ///< something did not come within its deadline (a descriptor's end, a job's result)
    NoSpace,      ///< ENOSPC, EDQUOT: nothing was changed
    ReadOnly,     ///< EROFS: nothing was changed
    IoFailed,     ///< any other failure of the disk: nothing was changed
    UnsafeFile,   ///< an owner, a mode, a link that no root daemon should follow
    Unsupported,  ///< this sendmail or this file is of a kind that mailstack does not manage
    MtaFailed,    ///< the MTA did not reload, restart or answer as it must
    NoMta,        ///< no MTA is installed or its unit is absent
    Degraded,     ///< an undo failed earlier: nothing is changed until an administrator has looked
    Internal,     ///< a defect of ours
};

/// An error that a person can act upon: the message says what was wrong with which value, where, and what
/// would be right.
class Error : public std::runtime_error {
  public:
    Error(Code code, const std::string& message) : std::runtime_error(message), code_(code) {}
    Code code() const noexcept { return code_; }

  private:
    Code code_;
};

/// `value` as it may be shown in a message: within quotes, control bytes escaped as \xHH, cut after 200
/// octets.
std::string quoted(std::string_view value);
// For a std::string these are the better match than std::quoted, which argument-dependent look-up finds too.
inline std::string quoted(const std::string& value) {
    return quoted(std::string_view(value));
}
inline std::string quoted(std::string& value) {
    return quoted(std::string_view(value));
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// One step of a message's way. Its kinds:
///
///     access         what is looked up about the recipient, and whether mail from outside is accepted
///     virtusertable  an entry that gives the address another one
///     mailertable    an entry that gives the domain a mailer and a host
///     map            an entry of another map (genericstable, domaintable, one of the administrator's)
///     dns            the host has another name
///     alias          an alias and its recipients
///     owner          who gets the errors of the alias before
///     include        a file of addresses
///     forward        a .forward file, followed or not
///     relay          the smart host, mail hub, local relay or user relay of sendmail.cf
///     procmail       recipes that decide further
///     mailer         how it is delivered: an end
///     refused        an end too, in sendmail's words
///     unknown        what cannot be told here, and why
// clang-format on
#pragma once

#include <string>

namespace mailstack {

struct ExplainStep {
    std::string step;     ///< a word of the list above
    std::string happens;  ///< one line for a person
    std::string place;    ///< "FILE:LINE", a file, or ""
};

}  // namespace mailstack

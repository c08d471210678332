// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What Setup does besides sendmail.mc, as the ordinary changes that it is made of: pure.
#pragma once

#include <string>
#include <vector>

#include "engine/configuration.hpp"
#include "model/change.hpp"

namespace mailstack {

/// The domains whose mail is ours after a Setup: localhost, the domain, mail.DOMAIN, localhost.localdomain.
std::vector<Domain> domains_of(const Setup& setup);

/// In this order, what is not so already (a second Setup gives none):
///
/// - AddDomain for each of domains_of()
/// - SetEntry of access: 127.0.0.1 RELAY, where it has no such key
/// - SetAlias root: USER, where the user is none of root's recipients
/// - AddAlias NAME: root for mailer-daemon, postmaster and the names of services and of operations in RFC
/// 2142
///   (sections 4 and 5), and nobody, which Debian's file has: those that are nobody's alias. A name that is
///   the user's own stays free.
///
/// `configuration` is that of the sendmail.cf to come: without its features the tables are not looked into.
std::vector<Change> setup_changes(const Configuration& configuration, const Setup& setup);

/// Each table that sendmail looks into and that has no text gets one with a comment, so that there is a file
/// and from it a map: without -o, sendmail defers mail where a map is absent.
Configuration with_table_texts(Configuration configuration);

}  // namespace mailstack

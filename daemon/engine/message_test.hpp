// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A message's delivery, rehearsed: TestMessage, and the look before a change of recipes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/disk.hpp"
#include "engine/configuration.hpp"
#include "engine/layout.hpp"
#include "engine/rehearsal.hpp"
#include "model/account.hpp"

namespace mailstack {

/// What somebody who knows of no recipe sends.
std::string plain_message(const AccountName& account, const std::string& own_name);

/// What becomes of `message` by the account's recipes, as its YAML says. Where mail takes another way
/// than they say (another local mailer, recipes that are not live, a hand-written part of /etc/procmailrc
/// before mailstack's, a .procmailrc of the account's) that is a further delivery, of an unknown kind, which
/// tells why; where sendmail does not deliver by procmail it is the only one.
///
/// Throws InvalidConfiguration where the recipes cannot be read, Unsupported where there is no procmail, and
/// as ask_procmail(), which runs as `as`.
Rehearsed test_message(const Layout& layout, Disk& disk, const Configuration& configuration,
                       const Account& account, const UserIdentity& as, std::string_view message);

}  // namespace mailstack

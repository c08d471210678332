// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The recipes of an account as procmail reads them: /etc/mailstack/procmail/USER.rc, which /etc/procmailrc
/// includes after privileges were dropped.
///
/// No value of a recipe can add a line, a condition or a flag: literals are quoted, expressions anchored in
/// parentheses (formats/procmail_regex.hpp), and every other value is of characters that mean nothing to
/// procmail. Whatever fails (a folder that cannot be made, a program, a forward) leaves the message to the
/// recipes after it and at last to the default mailbox.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/recipe_book.hpp"
#include "model/account_name.hpp"
#include "model/condition.hpp"
#include "model/delivery.hpp"
#include "model/recipe.hpp"

namespace mailstack {

/// What the rc depends on beside the recipes.
struct RecipeContext {
    AccountName account;
    std::string own_name;                ///< what sendmail calls this machine (engine/own_name.hpp)
    Delivery machine = Delivery::Unset;  ///< mailstack's part of /etc/procmailrc
};

/// What must stand before conditions in any rc: room for the longest of them. Ends with a line end.
std::string_view recipe_rc_settings() noexcept;

/// The whole file, of a book without a problem().
std::string recipe_rc(const RecipeBook& book, const RecipeContext& context);

/// Lines of a recipe, "* ^List-Id:.*debian-user", without line ends, that must all hold. Of Program: "* ?
/// PATH ...", which procmail would run.
std::vector<std::string> condition_lines(const Condition& condition);

/// The one that holds where a forward may be done: "* ! ^X-Loop: ...".
std::string loop_guard_line(const RecipeContext& context);

/// Another one: a bounce (From_ line of the null sender, RFC 5321 section 4.5.5) is not forwarded. It would
/// go out as from the account, and where it is refused come back as a bounce of its own, without end. "* !
/// ^From ..."
std::string bounce_guard_line();

/// The delivery that counts for the account.
Delivery effective_delivery(const RecipeBook& book, const RecipeContext& context) noexcept;

/// Where what no recipe takes goes: "HOME/Maildir/", "/var/mail/ACCOUNT"; for Unset the latter too, which is
/// procmail's own default: what a hand-written DEFAULT says is not known here. Without a `home` as procmail
/// reads it: $HOME.
std::string default_mailbox(Delivery delivery, const AccountName& account, std::string_view home = "$HOME");

/// "HOME/Maildir/.Lists.debian/" or, where no Maildir is meant, "HOME/mail/Lists.debian": were that in a
/// directory Lists, there could be no folder of that name. No part of a folder's name has a ".".
std::string folder_path(const ToFolder& folder, Delivery delivery, std::string_view home = "$HOME");

}  // namespace mailstack

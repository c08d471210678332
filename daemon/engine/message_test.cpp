// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/message_test.hpp"

#include "base/error.hpp"
#include "engine/live_recipes.hpp"
#include "engine/local_mailer.hpp"
#include "engine/own_name.hpp"
#include "engine/recipe_doubts.hpp"

namespace mailstack {
namespace {

using Kind = RehearsedDelivery::Kind;

/// What the recipes leave, the account's own .procmailrc gets.
void add_own_procmailrc(Rehearsed& rehearsed, const Account& account) {
    const std::string own = own_procmailrc(account);
    RehearsedDelivery& last = rehearsed.deliveries.back();
    if (!own.empty() && rehearsed.left) {
        last = {Kind::Unknown,
                own +
                    ", the account's own, gets it, and is not rehearsed; where that delivers it "
                    "nowhere else it goes to " +
                    last.where};
    }
}

}  // namespace

std::string plain_message(const AccountName& account, const std::string& own_name) {
    return "From: postmaster@" + own_name + "\nTo: " + account.text() + '@' + own_name +
           "\nSubject: A plain message\n\nIt is to arrive somewhere.\n";
}

Rehearsed test_message(const Layout& layout, Disk& disk, const Configuration& configuration,
                       const Account& account, const UserIdentity& as, std::string_view message) {
    require_procmail();
    const LiveRecipes live =
        live_recipes(layout, disk, account.name, own_name(configuration.cf.file.print(), host_name()));
    require_readable(live.files);
    const RecipeBook& book = live.files.book;
    const Asked asked = ask_procmail(procmail_path, as, book.recipes(), live.context, message);
    Rehearsed rehearsed = rehearse(book, asked, live.context, account.home);
    add_own_procmailrc(rehearsed, account);
    if (!delivers_by_procmail(configuration.named.local_mailer)) {
        rehearsed.deliveries = {{Kind::Unknown,
                                 "sendmail's local mailer is not procmail, so that no recipe is used: "
                                 "'mailstackctl delivery use-procmail' makes it so"}};
    }
    for (const std::string& why : recipe_doubts(live)) {
        rehearsed.deliveries.push_back({Kind::Unknown, why});
    }
    return rehearsed;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/remake_recipes.hpp"

#include "base/digest.hpp"
#include "base/error.hpp"
#include "engine/recipe_files.hpp"
#include "engine/recipe_publisher.hpp"
#include "model/plain_home.hpp"

namespace mailstack {
namespace {

/// What becomes of edits that are not live.
enum class ByHand { Publish, Leave };

/// Whether the rc holds what its YAML does not say.
bool is_lost_if_made_anew(const RecipeFiles& files) {
    const RcState state = files.state();
    return state == RcState::Edited || state == RcState::Foreign ||
           (state == RcState::Stale && !files.identity.exists());
}

/// The account's files; nothing where they are not to be read as recipes.
std::optional<RecipeFiles> readable_files(const Workshop& workshop, const AccountName& name) {
    try {
        return readable_recipe_files(workshop.layout, workshop.disk, name);
    } catch (const Error& error) {
        if (error.code() != Code::InvalidConfiguration && error.code() != Code::UnsafeFile) {
            throw;
        }
        return std::nullopt;
    }
}

/// Of a rehearsal: that the book does not pass it, or that there is none (no procmail on the machine, or one
/// that says what it never says).
bool holds_up_the_book_alone(const Error& error) {
    return error.code() == Code::InvalidExpression || error.code() == Code::LosesMail ||
           error.code() == Code::LimitExceeded || error.code() == Code::Timeout ||
           error.code() == Code::Unsupported || error.code() == Code::IoFailed;
}

/// Nothing where the machine has no such account (any more), or cannot tell.
std::optional<Account> known_account(const Workshop& workshop, const AccountName& name) {
    try {
        auto account = workshop.programs.account_of(name.text());
        if (account) {
            require_plain_home(*account);
        }
        return account;
    } catch (const Error& error) {
        if (error.code() != Code::InvalidArgument && error.code() != Code::IoFailed) {
            throw;
        }
        return std::nullopt;
    }
}

/// Whether the book may become live. One that was rehearsed when it was made is not rehearsed again: the
/// recipe may discard what a machine of another name sends, or take procmail long.
bool may_be_live(const Workshop& workshop, const RecipePublisher& publisher, const Account& account,
                 const RecipeFiles& present) {
    if (present.state() == RcState::AsMade) {
        return true;
    }
    workshop.beat();
    try {
        publisher.require_arrival(account, present.book);
        return true;
    } catch (const Error& error) {
        if (!holds_up_the_book_alone(error)) {
            throw;
        }
        return false;
    }
}

/// `name`: of the file that it is a copy of.
std::shared_ptr<const ProvidedFile> kept_copy(const Workshop& workshop, const std::string& name,
                                              const std::string& bytes) {
    constexpr std::size_t digits = 16;
    return std::make_shared<ProvidedFile>(
        workshop.layout.kept() + '/' + name + '-' + sha256(bytes).substr(0, digits), bytes, 0600,
        OnExisting::Replace);
}

/// Those whose delivery is the machine's have other folders with it. Nothing of one account's holds up what
/// is everybody's: where its YAML cannot be read, or would lose its mail, its rc stays, and Check tells.
void remake_all(const Workshop& workshop, RecipePublisher& publisher, ByHand edits, Applied& applied) {
    for (const AccountName& name : accounts_with_recipes(workshop.layout, workshop.disk)) {
        const auto present = readable_files(workshop, name);
        const auto account = known_account(workshop, name);
        if (!present || !account || (edits == ByHand::Leave && present->state() != RcState::AsMade) ||
            !may_be_live(workshop, publisher, *account, *present)) {
            continue;
        }
        publisher.write(*account, *present, present->book, applied);
        if (is_lost_if_made_anew(*present)) {
            applied.files.push_back(kept_copy(workshop, "procmail-" + name.text() + ".rc", present->rc));
        }
    }
}

}  // namespace

void add_remade_recipes(const Workshop& workshop, const Configuration& after, Applied& applied) {
    RecipePublisher publisher(workshop, after);
    if (!publisher.procmailrc().after.section() &&
        accounts_with_recipes(workshop.layout, workshop.disk).empty()) {
        return;
    }
    publisher.procmailrc().include();
    remake_all(workshop, publisher, ByHand::Publish, applied);
    if (publisher.procmailrc().part_edited()) {
        applied.files.push_back(kept_copy(workshop, "procmailrc", publisher.procmailrc().before.print()));
    }
    publisher.add_procmailrc(applied.files);
}

void add_machine_delivery(const Workshop& workshop, const Configuration& after,
                          std::optional<Delivery> delivery, Applied& applied) {
    if (!delivery && accounts_with_recipes(workshop.layout, workshop.disk).empty()) {
        return;
    }
    RecipePublisher publisher(workshop, after);
    if (!delivery && (publisher.procmailrc().problem() || publisher.procmailrc().part_edited())) {
        return;  // what the machine's delivery is nobody can tell
    }
    if (delivery) {
        publisher.require_unedited_part();
        publisher.procmailrc().deliver_to(*delivery);
    }
    remake_all(workshop, publisher, ByHand::Leave, applied);
    publisher.add_procmailrc(applied.files);
}

}  // namespace mailstack

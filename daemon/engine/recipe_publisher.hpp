// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What the changes of recipes share: one look at /etc/procmailrc, the rehearsal, and the files that come of
/// it.
#pragma once

#include <string>

#include "engine/apply.hpp"
#include "engine/procmailrc_file.hpp"
#include "engine/recipe_files.hpp"
#include "engine/workshop.hpp"
#include "model/account.hpp"

namespace mailstack {

/// Of one change. Refers to the workshop.
class RecipePublisher {
  public:
    /// `configuration`: whose name of the machine recipes mark what they forward with. Throws as
    /// read_procmailrc() does.
    RecipePublisher(const Workshop& workshop, const Configuration& configuration);

    /// Changed in memory until add_procmailrc().
    ProcmailrcFile& procmailrc() { return procmailrc_; }
    void add_procmailrc(ProvidedFiles& files) const;

    /// Whoever changes his recipes does not undo what root wrote. Throws HandEdited.
    void require_unedited_part() const;
    /// That procmail takes the book, and a plain message still arrives. Throws InvalidExpression, LosesMail,
    /// and as Programs::rehearse does.
    void require_arrival(const Account& account, const RecipeBook& book) const;

    /// `book`, which was rehearsed, becomes the account's: adds the files that are then other than `present`.
    void write(const Account& account, const RecipeFiles& present, const RecipeBook& book,
               Applied& applied) const;

  private:
    RecipeContext context_of(const Account& account) const;

    const Workshop& workshop_;
    std::string own_name_;
    ProcmailrcFile procmailrc_;
};

}  // namespace mailstack

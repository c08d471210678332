// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/apply_recipe.hpp"

#include <functional>

#include "base/error.hpp"
#include "engine/recipe_files.hpp"
#include "engine/recipe_publisher.hpp"
#include "engine/remake_recipes.hpp"
#include "model/plain_home.hpp"

namespace mailstack {
namespace {

/// A change would publish what was edited by hand, or take it away.
void require_as_made(const RecipeFiles& files) {
    const RcState state = files.state();
    if (state == RcState::Stale || (state == RcState::Absent && files.identity.exists())) {
        throw Error(
            Code::HandEdited,
            files.path + " holds edits that are not live; Reload makes them so ('mailstackctl reload')");
    }
    if (state == RcState::Edited || state == RcState::Foreign) {
        throw Error(Code::HandEdited,
                    files.rc_path +
                        " was edited by hand, and would be made anew: what was edited belongs "
                        "into " +
                        files.path +
                        " or the account's .procmailrc; Reload makes the file anew and keeps "
                        "a copy");
    }
}

using Edit = std::function<RecipeBook(const RecipeBook&)>;

Applied edited(const Workshop& workshop, const Configuration& before, const Account& account,
               const Edit& edit) {
    const RecipeFiles present = readable_recipe_files(workshop.layout, workshop.disk, account.name);
    require_as_made(present);
    const RecipeBook book = edit(present.book);
    Applied applied{.configuration = before, .changed = {}};
    if (book.print() == present.book.print()) {
        return applied;
    }
    if (book.recipes().size() >= present.book.recipes().size()) {
        require_plain_home(account);
    }
    RecipePublisher publisher(workshop, before);
    publisher.require_unedited_part();
    publisher.procmailrc().include();
    workshop.beat();
    publisher.require_arrival(account, book);
    publisher.write(account, present, book, applied);
    publisher.add_procmailrc(applied.files);
    return applied;
}

struct ApplyRecipe {
    const Workshop& workshop;
    const Configuration& before;

    Applied operator()(const AddRecipe& add) const {
        return edited(workshop, before, add.owner.account,
                      [&](const RecipeBook& book) { return book.with_recipe(add.recipe, add.position); });
    }
    Applied operator()(const SetRecipe& set) const {
        return edited(workshop, before, set.owner.account,
                      [&](const RecipeBook& book) { return book.with_changed(set.recipe); });
    }
    Applied operator()(const RemoveRecipe& removal) const {
        return edited(workshop, before, removal.owner.account,
                      [&](const RecipeBook& book) { return book.without(removal.name); });
    }
    Applied operator()(const MoveRecipe& move) const {
        return edited(workshop, before, move.owner.account,
                      [&](const RecipeBook& book) { return book.moved(move.name, move.position); });
    }
    Applied operator()(const SetDelivery& set) const {
        return edited(workshop, before, set.owner.account,
                      [&](const RecipeBook& book) { return book.with_delivery(set.delivery); });
    }
    Applied operator()(const SetDefaultDelivery& set) const {
        Applied applied{.configuration = before, .changed = {}};
        add_machine_delivery(workshop, before, set.delivery, applied);
        return applied;
    }
    template <typename Other>
    Applied operator()(const Other& /*other*/) const {
        throw Error(Code::Internal, "no change of recipes");
    }
};

}  // namespace

bool is_recipe_change(const Change& change) {
    return std::visit([](const auto& one) { return is_recipe_kind<std::decay_t<decltype(one)>>; }, change);
}

Applied apply_recipe_change(const Workshop& workshop, const Configuration& before, const Change& change) {
    return std::visit(ApplyRecipe{.workshop = workshop, .before = before}, change);
}

}  // namespace mailstack

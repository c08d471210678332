// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/authorization.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "engine/apply.hpp"
#include "engine/apply_route.hpp"

namespace mailstack {

namespace {

bool all_plain(const std::vector<Recipient>& recipients) {
    return std::all_of(recipients.begin(), recipients.end(),
                       [](const Recipient& recipient) { return recipient.plain(); });
}

/// Whether what the file says now is plain: a value that our own types refuse is not.
bool plain_at_present(const Configuration& configuration, const std::string& key) {
    const AliasSource* source = defining_source(configuration, key);
    if (source == nullptr) {
        return true;
    }
    try {
        const AliasEntry entry = *source->file.find(key);
        for (const std::string& text : entry.recipients) {
            if (!Recipient(text).plain()) {
                return false;
            }
        }
        return true;
    } catch (const Error&) {
        return false;
    }
}

Actions for_alias(bool system, bool plain) {
    const Actions name = just(system ? Action::ManageSystemAliases : Action::ManageAliases);
    return plain ? name : name | just(Action::ManageProgramAliases);
}

Actions for_import(const Configuration& configuration, const ImportAliases& import,
                   const IsAccount& is_account) {
    // Asking the name service for each of very many names takes minutes: whoever brings that many is an
    // administrator.
    constexpr std::size_t most_names_looked_up = 10'000;
    bool system = import.aliases->size() > most_names_looked_up;
    bool plain = true;
    const bool replaces = import.on_conflict == OnConflict::Replace;
    for (const ImportedAlias& alias : *import.aliases) {
        system = system || is_system_name(alias.name, is_account);
        plain = plain && all_plain(alias.recipients) &&
                (!replaces || plain_at_present(configuration, alias.name.key()));
    }
    return just(Action::ManageAliases) | for_alias(system, plain);
}

Actions for_recipe(const RecipeOwner& owner, const Recipe& recipe) {
    return recipe.needs_program() ? for_owner(owner) | just(Action::ManageProgramRecipes) : for_owner(owner);
}

Action action_for(TableName table) {
    switch (table) {
        case TableName::Access:
            return Action::ManageAccess;
        case TableName::Virtusertable:
            return Action::ManageVirtusertable;
        case TableName::Mailertable:
            return Action::ManageMailertable;
    }
    throw Error(Code::Internal, "a table without an action");
}

struct Requirement {
    const Configuration& configuration;
    const IsAccount& is_account;

    Actions operator()(const AddAlias& add) const {
        return for_alias(is_system_name(add.name, is_account), all_plain(add.recipients));
    }
    Actions operator()(const SetAlias& set) const {
        return for_alias(is_system_name(set.name, is_account),
                         all_plain(set.recipients) && plain_at_present(configuration, set.name.key()));
    }
    Actions operator()(const RemoveAlias& removal) const {
        return for_alias(is_system_name(removal.name, is_account),
                         plain_at_present(configuration, removal.name.key()));
    }
    Actions operator()(const ImportAliases& import) const {
        return for_import(configuration, import, is_account);
    }
    Actions operator()(const SetEntry& set) const { return just(action_for(set.row.table())); }
    Actions operator()(const RemoveEntry& removal) const { return just(action_for(removal.key.table())); }
    Actions operator()(const AddDomain& /*add*/) const { return just(Action::ManageDomains); }
    Actions operator()(const RemoveDomain& /*removal*/) const { return just(Action::ManageDomains); }
    Actions operator()(const AddRoute& /*add*/) const { return just(Action::ManageRoutes); }
    Actions operator()(const SetRoute& /*set*/) const { return just(Action::ManageRoutes); }
    Actions operator()(const SetRelay& /*set*/) const {
        return just(Action::ManageRoutes) | just(Action::SwitchRoute);
    }
    Actions operator()(const RemoveRoute& /*removal*/) const { return just(Action::ManageRoutes); }
    Actions operator()(const SetSecret& /*set*/) const { return just(Action::SetSecret); }
    Actions operator()(const ActivateRoute& activation) const {
        return just(Action::SwitchRoute) | for_rules(activation);
    }
    Actions operator()(const ExpireRoutes& /*over*/) const { return just(Action::SwitchRoute); }
    Actions operator()(const AddSenderRoute& /*add*/) const { return just(Action::ManageRoutes); }
    Actions operator()(const AddRouteRules& /*rules*/) const { return just(Action::ManageRoutes); }
    /// Whoever may switch among the routes may not change sendmail.mc for it.
    Actions for_rules(const Change& change) const {
        return needs_route_rules(configuration, change) ? just(Action::ManageRoutes) : Actions{};
    }
    Actions operator()(const RemoveSenderRoute& /*removal*/) const { return just(Action::ManageRoutes); }
    Actions operator()(const RotateCertificate& /*rotation*/) const {
        return just(Action::RotateCertificate);
    }
    Actions operator()(const InstallCertificate& /*certificate*/) const {
        return just(Action::RotateCertificate);
    }
    Actions operator()(const KeepRequestKey& /*request*/) const { return just(Action::RotateCertificate); }
    Actions operator()(const NoteExpiryWarning& /*note*/) const { return just(Action::RotateCertificate); }
    Actions operator()(const AddRecipe& add) const { return for_recipe(add.owner, add.recipe); }
    Actions operator()(const SetRecipe& set) const { return for_recipe(set.owner, set.recipe); }
    Actions operator()(const RemoveRecipe& removal) const { return for_owner(removal.owner); }
    Actions operator()(const MoveRecipe& move) const { return for_owner(move.owner); }
    Actions operator()(const SetDelivery& set) const { return for_owner(set.owner); }
    Actions operator()(const SetDefaultDelivery& /*set*/) const { return just(Action::ManageDelivery); }
    Actions operator()(const UseProcmail& /*use*/) const { return just(Action::ManageDelivery); }
    Actions operator()(const Reload& /*reload*/) const { return just(Action::Reload); }
    Actions operator()(const Restart& /*restart*/) const { return just(Action::Restart); }
    Actions operator()(const RebuildCf& /*rebuild*/) const { return just(Action::Setup); }
    Actions operator()(const Setup& /*setup*/) const { return just(Action::Setup); }
};

}  // namespace

Actions for_owner(const RecipeOwner& owner) {
    return just(owner.calls ? Action::ManageOwnRecipes : Action::ManageRecipes);
}

Actions required_actions(const Configuration& configuration, const Change& change,
                         const IsAccount& is_account) {
    return std::visit(Requirement{.configuration = configuration, .is_account = is_account}, change);
}

}  // namespace mailstack

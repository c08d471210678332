// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/change.hpp"

#include <string>
#include <variant>

namespace mailstack {

namespace {

struct Summary {
    std::string operator()(const AddAlias& change) const { return "AddAlias " + change.name.text(); }
    std::string operator()(const SetAlias& change) const { return "SetAlias " + change.name.text(); }
    std::string operator()(const RemoveAlias& change) const { return "RemoveAlias " + change.name.text(); }
    std::string operator()(const ImportAliases& change) const {
        return "ImportAliases of " + std::to_string(change.aliases->size()) + " aliases";
    }
    std::string operator()(const SetEntry& change) const {
        return "SetEntry " + std::string(word(change.row.table())) + ' ' + change.row.key();
    }
    std::string operator()(const RemoveEntry& change) const {
        return "RemoveEntry " + std::string(word(change.key.table())) + ' ' + change.key.key();
    }
    std::string operator()(const AddDomain& change) const { return "AddDomain " + change.domain.text(); }
    std::string operator()(const RemoveDomain& change) const {
        return "RemoveDomain " + change.domain.text();
    }
    std::string operator()(const AddRouteRules& /*unused*/) const { return "the rules of routes"; }
    std::string operator()(const AddRoute& change) const { return "AddRoute " + change.relay.id.text(); }
    std::string operator()(const SetRoute& change) const { return "SetRoute " + change.relay.id.text(); }
    std::string operator()(const SetRelay& change) const {
        return "SetRelay " + change.relay.host.text() + ' ' + std::to_string(change.relay.port);
    }
    std::string operator()(const RemoveRoute& change) const { return "RemoveRoute " + change.id.text(); }
    std::string operator()(const SetSecret& change) const { return "SetSecret " + change.id.text(); }
    std::string operator()(const ActivateRoute& change) const {
        return "ActivateRoute " + change.id.text() +
               (change.span ? " for " + std::to_string(change.span->seconds) + " seconds" : "");
    }
    std::string operator()(const ExpireRoutes& change) const {
        return change.over ? "return to route " + change.over->return_to.text() : "forget retired relays";
    }
    std::string operator()(const AddSenderRoute& change) const {
        return "AddSenderRoute " + change.route.sender.text() + ' ' + change.route.route.text();
    }
    std::string operator()(const RemoveSenderRoute& change) const {
        return "RemoveSenderRoute " + change.sender.text();
    }
    std::string operator()(const RotateCertificate& change) const {
        return std::string("RotateCert") + (change.key ? "" : " with the same key");
    }
    std::string operator()(const InstallCertificate& change) const {
        return "InstallCert " + change.chain.leaf().fingerprint;
    }
    std::string operator()(const KeepRequestKey& /*unused*/) const { return "CreateRequest"; }
    std::string operator()(const NoteExpiryWarning& change) const {
        return "warned of the certificate's end, " + std::to_string(change.days) + " days before it";
    }
    // Which recipe is nobody's business but the account's: signals and the log are for all to read.
    std::string operator()(const AddRecipe& change) const { return "AddRecipe of " + of(change.owner); }
    std::string operator()(const SetRecipe& change) const { return "SetRecipe of " + of(change.owner); }
    std::string operator()(const RemoveRecipe& change) const { return "RemoveRecipe of " + of(change.owner); }
    std::string operator()(const MoveRecipe& change) const { return "MoveRecipe of " + of(change.owner); }
    std::string operator()(const SetDelivery& change) const { return "SetDelivery of " + of(change.owner); }
    std::string operator()(const SetDefaultDelivery& change) const {
        return "SetDefaultDelivery " + std::string(word(change.delivery));
    }
    std::string operator()(const UseProcmail& /*unused*/) const { return "UseProcmail"; }
    static std::string of(const RecipeOwner& owner) { return owner.account.name.text(); }
    std::string operator()(const Reload& /*unused*/) const { return "Reload"; }
    std::string operator()(const Restart& /*unused*/) const { return "Restart"; }
    std::string operator()(const RebuildCf& /*unused*/) const { return "RebuildCf"; }
    std::string operator()(const Setup& setup) const {
        return "Setup " + setup.domain.text() + ' ' + setup.user.text();
    }
};

}  // namespace

std::string summary(const Change& change) {
    return std::visit(Summary{}, change);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What an administrator can ask for, as plain values. Every verb of the bus becomes one of these and nothing
/// else changes a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "model/account.hpp"
#include "model/alias.hpp"
#include "model/certificate.hpp"
#include "model/delivery.hpp"
#include "model/host.hpp"
#include "model/recipe.hpp"
#include "model/routes.hpp"
#include "model/setup.hpp"
#include "model/table_entry.hpp"

namespace mailstack {

struct AddAlias {
    AliasName name;
    std::vector<Recipient> recipients;  ///< at least one
};

/// Sets the recipients of a name that exists or does not.
struct SetAlias {
    AliasName name;
    std::vector<Recipient> recipients;  ///< at least one
};

struct RemoveAlias {
    AliasName name;
};

/// What an import does with a name that exists with other recipients.
enum class OnConflict { Fail, Keep, Replace };

struct ImportedAlias {
    AliasName name;
    std::vector<Recipient> recipients;  ///< at least one
    std::size_t line;                   ///< 1-based, in what was imported
};

/// Many aliases as one change (engine/import.hpp makes it from alias-file syntax).
struct ImportAliases {
    std::shared_ptr<const std::vector<ImportedAlias>> aliases;  ///< in the order given, no name twice
    OnConflict on_conflict = OnConflict::Fail;
};

/// Sets the value of a key of a table, which exists or does not.
struct SetEntry {
    TableRow row;
};

struct RemoveEntry {
    TableKey key;
};

/// Mail for the domain is ours: delivered here.
struct AddDomain {
    Domain domain;
};

struct RemoveDomain {
    Domain domain;
};

/// A relay that is not there yet.
struct AddRoute {
    Relay relay;
};

/// Another host, port, TLS demand or user for a relay that is there. A secret stays only where all of them
/// do.
struct SetRoute {
    Relay relay;
    std::int64_t now = 0;  ///< seconds since the epoch
};

/// What sendmail.cf needs for these routes, before a map names it. Made by the writer, in front of a change
/// that needs it.
struct AddRouteRules {
    Routes routes;
};

/// The relay with these values becomes the active route for good, under an id of its own where there is none.
struct SetRelay {
    Relay relay;
    std::int64_t now = 0;  ///< seconds since the epoch
};

struct RemoveRoute {
    RouteId id;
    std::int64_t now = 0;  ///< seconds since the epoch
};

struct SetSecret {
    RouteId id;
    std::shared_ptr<const Secret> secret;
    std::string token;  ///< of the file that is made for it: no other secret has had it
};

/// What a time is measured by, at the moment of the call.
struct Span {
    std::uint64_t seconds = 0;
    std::int64_t until = 0;      ///< as TimedReturn's
    std::string boot{};          ///< as TimedReturn's
    std::int64_t boot_time = 0;  ///< as TimedReturn's
};

struct ActivateRoute {
    RouteId id;
    std::optional<Span> span{};  ///< nothing: for good
};

/// What was for a time is over: the active route, where nobody has switched since, and retired relays.
struct ExpireRoutes {
    std::optional<TimedReturn> over{};
    std::int64_t now = 0;  ///< seconds since the epoch
};

struct AddSenderRoute {
    SenderRoute route;
};

struct RemoveSenderRoute {
    RouteSender sender;
};

/// A new self-signed certificate for the MTA.
struct RotateCertificate {
    std::optional<PrivateKey> key{};  ///< nothing: the one in use
    std::vector<Domain> names{};      ///< none: those of the machine
    std::int64_t now = 0;             ///< seconds since the epoch
    unsigned days = 0;                ///< for which it is valid
};

/// A certificate of somebody else's for the MTA.
struct InstallCertificate {
    CertificateChain chain;
    std::optional<PrivateKey> key{};  ///< nothing: the one that a request was made for, or the one in use
    std::int64_t now = 0;             ///< seconds since the epoch
};

/// The key of a certificate request, kept until the certificate comes.
struct KeepRequestKey {
    std::shared_ptr<const ProvidedFile> file;
};

/// ExpiryWarning was sent, and is not sent again.
struct NoteExpiryWarning {
    std::shared_ptr<const ProvidedFile> note;
    unsigned days = 0;  ///< that were left
};

/// Whose mail a recipe is for.
struct RecipeOwner {
    Account account;
    bool calls = false;  ///< it is the caller's own account
};

struct AddRecipe {
    RecipeOwner owner;
    Recipe recipe;
    std::size_t position = 0;  ///< 1 for the first; 0: behind all others
};

/// Other conditions or another action for a recipe that is there.
struct SetRecipe {
    RecipeOwner owner;
    Recipe recipe;
};

struct RemoveRecipe {
    RecipeOwner owner;
    RecipeName name;
};

struct MoveRecipe {
    RecipeOwner owner;
    RecipeName name;
    std::size_t position = 0;  ///< as AddRecipe's
};

/// Where mail of an account goes that no recipe takes.
struct SetDelivery {
    RecipeOwner owner;
    Delivery delivery = Delivery::Unset;
};

/// The same for each account that has none of its own.
struct SetDefaultDelivery {
    Delivery delivery = Delivery::Unset;
};

/// procmail becomes sendmail's local mailer.
struct UseProcmail {};

/// Publishes hand edits: maps are rebuilt from the texts, sendmail.cf from sendmail.mc, and the MTA reads its
/// configuration again.
struct Reload {};

/// Makes sendmail.cf of sendmail.mc whatever was edited into sendmail.cf, which is kept aside.
struct RebuildCf {};

struct Restart {};

using Change =
    std::variant<AddAlias, SetAlias, RemoveAlias, ImportAliases, SetEntry, RemoveEntry, AddDomain,
                 RemoveDomain, AddRouteRules, AddRoute, SetRoute, SetRelay, RemoveRoute, SetSecret,
                 ActivateRoute, ExpireRoutes, AddSenderRoute, RemoveSenderRoute, RotateCertificate,
                 InstallCertificate, KeepRequestKey, NoteExpiryWarning, AddRecipe, SetRecipe, RemoveRecipe,
                 MoveRecipe, SetDelivery, SetDefaultDelivery, UseProcmail, Reload, Restart, RebuildCf, Setup>;

/// In a few words, for the history and the log: "AddAlias sales".
std::string summary(const Change& change);

}  // namespace mailstack

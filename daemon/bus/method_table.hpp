// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Which polkit action each method asks for. What is not in this table is denied; a test holds it against the
/// XML.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "model/action.hpp"

namespace mailstack {

/// What stands between a caller and a method.
struct Admission {
    std::string_view interface;
    std::string_view method;
    std::optional<Action> action;  ///< asked for before anything else is looked at
    bool computed;  ///< required_actions() tells, from the change itself, what else is asked for
};

inline constexpr std::string_view manager_interface = "org.mailstack1.Manager";
inline constexpr std::string_view aliases_interface = "org.mailstack1.Aliases";

inline constexpr std::string_view table_interface = "org.mailstack1.Table";
inline constexpr std::string_view domains_interface = "org.mailstack1.Domains";
inline constexpr std::string_view routes_interface = "org.mailstack1.Routes";
inline constexpr std::string_view certificate_interface = "org.mailstack1.Certificate";
inline constexpr std::string_view recipes_interface = "org.mailstack1.Recipes";
inline constexpr std::string_view route_interface = "org.mailstack1.Route";

inline constexpr std::array<Admission, 48> method_table{{
    {manager_interface, "Reload", {}, true},
    {manager_interface, "Restart", {}, true},
    {manager_interface, "RebuildCf", {}, true},
    {manager_interface, "Setup", {}, true},
    {manager_interface, "GetPermissions", Action::Read, false},
    // Both tell what tables hold, which may be readable by root only.
    {manager_interface, "Explain", Action::ReadTables, false},
    {manager_interface, "Check", Action::ReadTables, false},
    {aliases_interface, "AddAlias", {}, true},
    {aliases_interface, "SetAlias", {}, true},
    {aliases_interface, "RemoveAlias", {}, true},
    {aliases_interface, "GetAlias", Action::Read, false},
    {aliases_interface, "ListAliases", Action::Read, false},
    {aliases_interface, "ListProblems", Action::Read, false},
    // Nobody may make us read and parse 128 MiB before we know that he may change aliases at all.
    {aliases_interface, "ImportAliases", Action::ManageAliases, true},
    {table_interface, "SetEntry", {}, true},
    {table_interface, "RemoveEntry", {}, true},
    {table_interface, "GetEntry", Action::ReadTables, false},
    {table_interface, "ListEntries", Action::ReadTables, false},
    {table_interface, "ListProblems", Action::ReadTables, false},
    {domains_interface, "AddDomain", {}, true},
    {domains_interface, "RemoveDomain", {}, true},
    {routes_interface, "SetRelay", {}, true},
    {routes_interface, "AddRoute", {}, true},
    {routes_interface, "SetRoute", {}, true},
    // Nobody may make us wait for a descriptor before we know that he may set secrets at all.
    {routes_interface, "SetSecret", Action::SetSecret, true},
    {routes_interface, "RemoveRoute", {}, true},
    {routes_interface, "ActivateRoute", {}, true},
    {routes_interface, "TestRoute", Action::TestRoute, false},
    {routes_interface, "AddSenderRoute", {}, true},
    {routes_interface, "RemoveSenderRoute", {}, true},
    {routes_interface, "ListSenderRoutes", Action::Read, false},
    {routes_interface, "CountQueued", Action::Read, false},
    {routes_interface, "FlushQueue", Action::SwitchRoute, false},
    // Nobody may make us make keys, or wait for descriptors, before we know that he may change the
    // certificate.
    {certificate_interface, "RotateCert", Action::RotateCertificate, true},
    {certificate_interface, "InstallCert", Action::RotateCertificate, true},
    {certificate_interface, "CreateRequest", Action::RotateCertificate, true},
    {certificate_interface, "CheckExpiry", Action::RotateCertificate, true},
    {certificate_interface, "ListServed", Action::Read, false},
    // Whose account it is tells the action of all that names one.
    {recipes_interface, "AddRecipe", {}, true},
    {recipes_interface, "SetRecipe", {}, true},
    {recipes_interface, "RemoveRecipe", {}, true},
    {recipes_interface, "MoveRecipe", {}, true},
    {recipes_interface, "ListRecipes", {}, true},
    {recipes_interface, "TestMessage", {}, true},
    {recipes_interface, "SetDelivery", {}, true},
    {recipes_interface, "GetDelivery", {}, true},
    {recipes_interface, "SetDefaultDelivery", {}, true},
    {recipes_interface, "UseProcmail", {}, true},
}};

/// Nothing for a method that the table does not know: denied.
constexpr std::optional<Admission> admission(std::string_view interface, std::string_view method) {
    for (const Admission& row : method_table) {
        if (row.interface == interface && row.method == method) {
            return row;
        }
    }
    return std::nullopt;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/error_table.hpp"

#include <array>
#include <string>
#include <utility>

#include "bus/escape.hpp"
#include "bus/sdbus_compat.hpp"

namespace mailstack {
namespace {

constexpr std::array<std::pair<Code, std::string_view>, 39> names{{
    {Code::InvalidArgument, "org.mailstack1.Error.InvalidArgument"},
    {Code::InvalidAddress, "org.mailstack1.Error.InvalidAddress"},
    {Code::InvalidConfiguration, "org.mailstack1.Error.InvalidConfiguration"},
    {Code::InvalidExpression, "org.mailstack1.Error.InvalidExpression"},
    {Code::AliasLoop, "org.mailstack1.Error.AliasLoop"},
    {Code::LosesMail, "org.mailstack1.Error.LosesMail"},
    {Code::AlreadyExists, "org.mailstack1.Error.AlreadyExists"},
    {Code::NoSuchAlias, "org.mailstack1.Error.NoSuchAlias"},
    {Code::NoSuchEntry, "org.mailstack1.Error.NoSuchEntry"},
    {Code::NoSuchDomain, "org.mailstack1.Error.NoSuchDomain"},
    {Code::NoSuchRoute, "org.mailstack1.Error.NoSuchRoute"},
    {Code::NoSuchRecipe, "org.mailstack1.Error.NoSuchRecipe"},
    {Code::NoSuchAccount, "org.mailstack1.Error.NoSuchAccount"},
    {Code::RouteInUse, "org.mailstack1.Error.RouteInUse"},
    {Code::NoSecret, "org.mailstack1.Error.NoSecret"},
    {Code::BadCertificate, "org.mailstack1.Error.BadCertificate"},
    {Code::BadKey, "org.mailstack1.Error.BadKey"},
    {Code::KeyMismatch, "org.mailstack1.Error.KeyMismatch"},
    {Code::CertExpired, "org.mailstack1.Error.CertExpired"},
    {Code::CertNotYetValid, "org.mailstack1.Error.CertNotYetValid"},
    {Code::NameMismatch, "org.mailstack1.Error.NameMismatch"},
    {Code::WeakKey, "org.mailstack1.Error.WeakKey"},
    {Code::BrokenChain, "org.mailstack1.Error.BrokenChain"},
    {Code::WrongPurpose, "org.mailstack1.Error.WrongPurpose"},
    {Code::HandEdited, "org.mailstack1.Error.HandEdited"},
    {Code::AccessDenied, "org.freedesktop.DBus.Error.AccessDenied"},
    {Code::InteractionRequired, "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"},
    {Code::Busy, "org.mailstack1.Error.Busy"},
    {Code::LimitExceeded, "org.mailstack1.Error.LimitExceeded"},
    {Code::Timeout, "org.mailstack1.Error.Timeout"},
    {Code::NoSpace, "org.mailstack1.Error.NoSpace"},
    {Code::ReadOnly, "org.mailstack1.Error.ReadOnly"},
    {Code::IoFailed, "org.mailstack1.Error.IoFailed"},
    {Code::UnsafeFile, "org.mailstack1.Error.UnsafeFile"},
    {Code::Unsupported, "org.mailstack1.Error.Unsupported"},
    {Code::MtaFailed, "org.mailstack1.Error.MtaFailed"},
    {Code::NoMta, "org.mailstack1.Error.NoMta"},
    {Code::Degraded, "org.mailstack1.Error.Degraded"},
    {Code::Internal, "org.mailstack1.Error.Internal"},
}};

// Every code has its row, at its own place.
constexpr bool complete() {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (static_cast<std::size_t>(names[i].first) != i) {
            return false;
        }
    }
    return names.size() == static_cast<std::size_t>(Code::Internal) + 1;
}
static_assert(complete());

}  // namespace

std::string_view bus_name(Code code) {
    return names.at(static_cast<std::size_t>(code)).second;
}

sdbus::Error bus_error(const Error& error) {
    return compat::error(std::string(bus_name(error.code())), bus_text(error.what()));
}

}  // namespace mailstack

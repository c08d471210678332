// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "failure.hpp"

#include <doctest/doctest.h>

#include <array>
#include <utility>

using namespace mailstack::client;

TEST_CASE("every error of mailstackd has an exit status of its kind") {
    constexpr std::array<std::pair<const char*, ExitStatus>, 37> expected{{
        {"InvalidArgument", ExitStatus::Refused},
        {"InvalidAddress", ExitStatus::Refused},
        {"InvalidConfiguration", ExitStatus::Refused},
        {"AliasLoop", ExitStatus::Refused},
        {"LimitExceeded", ExitStatus::Refused},
        {"AlreadyExists", ExitStatus::Exists},
        {"HandEdited", ExitStatus::Exists},
        {"NoSuchAlias", ExitStatus::NotFound},
        {"NoSuchEntry", ExitStatus::NotFound},
        {"NoSuchDomain", ExitStatus::NotFound},
        {"NoSuchRoute", ExitStatus::NotFound},
        {"NoSuchRecipe", ExitStatus::NotFound},
        {"NoSuchAccount", ExitStatus::NotFound},
        {"InvalidExpression", ExitStatus::Refused},
        {"LosesMail", ExitStatus::Refused},
        {"RouteInUse", ExitStatus::Exists},
        {"NoSecret", ExitStatus::Refused},
        {"BadCertificate", ExitStatus::Refused},
        {"BadKey", ExitStatus::Refused},
        {"KeyMismatch", ExitStatus::Refused},
        {"CertExpired", ExitStatus::Refused},
        {"CertNotYetValid", ExitStatus::Refused},
        {"NameMismatch", ExitStatus::NameMismatch},
        {"WeakKey", ExitStatus::Refused},
        {"BrokenChain", ExitStatus::Refused},
        {"WrongPurpose", ExitStatus::Refused},
        {"Busy", ExitStatus::Busy},
        {"Timeout", ExitStatus::Busy},
        {"NoSpace", ExitStatus::Failed},
        {"ReadOnly", ExitStatus::Failed},
        {"IoFailed", ExitStatus::Failed},
        {"UnsafeFile", ExitStatus::Failed},
        {"Unsupported", ExitStatus::Failed},
        {"MtaFailed", ExitStatus::MtaFailed},
        {"NoMta", ExitStatus::NotLive},
        {"Degraded", ExitStatus::Degraded},
        {"Internal", ExitStatus::Failed},
    }};
    for (const auto& [name, status] : expected) {
        const auto full = std::string("org.mailstack1.Error.") + name;
        CAPTURE(full);
        const auto failure = from_bus_error(full, "what was wrong");
        CHECK(failure.status() == status);
        CHECK(failure.name() == full);
        CHECK(std::string(failure.what()) == "what was wrong");
    }
}

TEST_CASE("a daemon or bus that is not there is Unreachable, with the way to start it") {
    for (const auto* name :
         {"org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
          "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Spawn.ChildExited"}) {
        CAPTURE(name);
        const auto failure = from_bus_error(name, "");
        CHECK(failure.status() == ExitStatus::Unreachable);
        CHECK(failure.advice().find("systemctl start mailstackd") != std::string::npos);
    }
}

TEST_CASE("a denial tells which action was denied and how it is granted") {
    const auto denied = from_bus_error("org.freedesktop.DBus.Error.AccessDenied",
                                       "org.mailstack1.manage-program-aliases is not allowed to this caller");
    CHECK(denied.status() == ExitStatus::Denied);
    CHECK(denied.advice().find("'org.mailstack1.manage-program-aliases'") != std::string::npos);
    CHECK(denied.advice().find("/etc/polkit-1/rules.d") != std::string::npos);
    CHECK(denied.advice().find("--no-ask-password") == std::string::npos);
}

TEST_CASE("a denial for want of a dialog says how to get the dialog") {
    const auto failure =
        from_bus_error("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
                       "org.mailstack1.reload needs a password, and this call does not allow a dialog");
    CHECK(failure.status() == ExitStatus::Denied);
    CHECK(failure.advice().find("without --no-ask-password") != std::string::npos);
    CHECK(failure.advice().find("'org.mailstack1.reload'") != std::string::npos);
}

TEST_CASE("an interface's name is not taken for an action") {
    const auto failure =
        from_bus_error("org.freedesktop.DBus.Error.AccessDenied", "call to org.mailstack1.Manager rejected");
    CHECK(failure.advice().find("(org.mailstack1.*)") != std::string::npos);
}

TEST_CASE("an unknown error fails, and says where to look") {
    const auto failure = from_bus_error("org.example.Odd", "odd");
    CHECK(failure.status() == ExitStatus::Failed);
    CHECK(failure.advice() == "'journalctl -u mailstackd' tells more.");
    CHECK(from_bus_error("org.mailstack1.Error.NotYetInvented", "").status() == ExitStatus::Failed);
}

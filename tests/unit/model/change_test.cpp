// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/change.hpp"

#include <doctest/doctest.h>

using namespace mailstack;

TEST_CASE("a change says in a few words what it does") {
    CHECK(summary(AddAlias{AliasName("team"), {Recipient("bob")}}) == "AddAlias team");
    CHECK(summary(SetAlias{AliasName("Team"), {Recipient("bob")}}) == "SetAlias Team");
    CHECK(summary(RemoveAlias{AliasName("team")}) == "RemoveAlias team");
    CHECK(summary(ImportAliases{"a: b\n", OnConflict::Keep}) == "ImportAliases of 5 octets");
    CHECK(summary(Reload{}) == "Reload");
    CHECK(summary(Restart{}) == "Restart");
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/change.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

using namespace mailstack;

TEST_CASE("a change says in a few words what it does") {
    CHECK(summary(AddAlias{AliasName("team"), {Recipient("bob")}}) == "AddAlias team");
    CHECK(summary(SetAlias{AliasName("Team"), {Recipient("bob")}}) == "SetAlias Team");
    CHECK(summary(RemoveAlias{AliasName("team")}) == "RemoveAlias team");
    const std::vector<ImportedAlias> two{{AliasName("a"), {Recipient("b")}, 1},
                                         {AliasName("c"), {Recipient("d")}, 2}};
    CHECK(summary(ImportAliases{std::make_shared<const std::vector<ImportedAlias>>(two), OnConflict::Keep}) ==
          "ImportAliases of 2 aliases");
    CHECK(summary(Reload{}) == "Reload");
    CHECK(summary(Restart{}) == "Restart");
}

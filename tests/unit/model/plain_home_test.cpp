// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "model/plain_home.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace mailstack;

TEST_CASE("a home that procmail would expand is refused, with the account and the reason") {
    for (const std::string home : {"", "/home/alice", "/home/a b", "/home/\"a\"", "/home/a#b"}) {
        CAPTURE(home);
        CHECK_NOTHROW(require_plain_home({.name = AccountName("alice"), .home = home}));
    }
    for (const std::string home : {"/home/`id`", "/home/$PATH", "`"}) {
        CAPTURE(home);
        std::string said;
        try {
            require_plain_home({.name = AccountName("alice"), .home = home});
        } catch (const Error& error) {
            CHECK(error.code() == Code::InvalidArgument);
            said = error.what();
        }
        CHECK(said.starts_with("the home directory of alice, '" + home + "', has"));
    }
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "engine/own_name.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>

#include "base/text.hpp"

using namespace mailstack;

TEST_CASE("own_name: macro j where it is a name, else the machine's") {
    CHECK(own_name("Dj Mail.Example.org\n", "box") == "Mail.Example.org");
    CHECK(own_name("Djold.example.org\nDjnew.example.org\n", "box") == "new.example.org");
    CHECK(own_name("Dj$w.example.org\n", "box") == "box");
    CHECK(own_name("Dj\n", "box") == "box");
    CHECK(own_name("#Djmail.example.org\nDSrelay.example.org\n", "box") == "box");
    CHECK(own_name("", "").empty());
}

TEST_CASE("host_name: the kernel's, folded") {
    std::array<char, 256> name{};
    REQUIRE(::gethostname(name.data(), name.size() - 1) == 0);
    CHECK(host_name() == fold_case(std::string_view(name.data())));
}

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The three sendmail.mc of tests/unit/formats/data: Debian's, one as a blog post has it, a long-grown one.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

inline const std::vector<std::string> mc_names{"debian", "post", "long"};

inline std::string mc_text(const std::string& name) {
    std::ifstream file(MAILSTACK_TEST_DATA "/" + name + ".mc", std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    REQUIRE_FALSE(text.empty());
    return text;
}

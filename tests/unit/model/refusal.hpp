// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mailstack {

/// Checks that `act` throws an Error with the code, and that each of the words is in its message.
template <typename Act>
void check_refusal(Code code, std::initializer_list<std::string_view> words, const Act& act) {
    std::string message = "nothing was refused";
    try {
        act();
    } catch (const Error& error) {
        message = error.what();
        CAPTURE(message);
        CHECK(error.code() == code);
    }
    CAPTURE(message);
    for (const std::string_view word : words) {
        CAPTURE(word);
        CHECK(message.find(word) != std::string::npos);
    }
}

}  // namespace mailstack

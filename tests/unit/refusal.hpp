// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What is told of something that is refused.
#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace mailstack::test {

/// The words of the Error that `act` throws, which must be of this code; "" where it throws none.
template <typename Act>
std::string refusal(Code code, const Act& act) {
    try {
        static_cast<void>(act());
        return "";
    } catch (const Error& error) {
        CHECK(error.code() == code);
        return error.what();
    }
}

/// Checks that `act` is refused so, and that each of the words is in what is told.
template <typename Act>
void check_refusal(Code code, std::initializer_list<std::string_view> words, const Act& act) {
    const std::string message = refusal(code, act);
    CAPTURE(message);
    for (const std::string_view word : words) {
        CAPTURE(word);
        CHECK(message.find(word) != std::string::npos);
    }
}

}  // namespace mailstack::test

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What is told of something that is refused.
#pragma once

#include <doctest/doctest.h>

#include <string>

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

}  // namespace mailstack::test

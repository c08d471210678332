// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The characters of procmail's names.
#pragma once

namespace mailstack {

constexpr bool is_rc_digit(int c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_rc_name_character(int c) noexcept {
    return is_rc_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

}  // namespace mailstack

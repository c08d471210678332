// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A file, or a text, as a descriptor that a daemon can trust: a memfd that nobody can change any more.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"

namespace mailstack::client {

/// What mailstackd takes in one import, in octets.
inline constexpr std::size_t largest_import = 128UL << 20U;

/// A sealed memfd (memfd_create(2); sealed against writing, growing, shrinking) with the bytes of `path`, "-"
/// being standard input, its offset 0. Throws Failure.
Descriptor sealed_copy(const std::string& path);

/// The same with `octets`. No copy of them is kept elsewhere. Throws Failure.
Descriptor sealed_octets(std::string_view octets);

}  // namespace mailstack::client

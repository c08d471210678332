// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A file, or a text, as a descriptor that a daemon can trust: a memfd that nobody can change any more.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"

namespace mailstack::client {

/// What mailstackd takes at once.
struct SizeLimit {
    std::size_t octets;
    std::string_view what;    ///< "one import"
    std::string_view advice;  ///< what to do where it is more
};
inline constexpr SizeLimit import_limit{128UL << 20U, "one import", "Import it in parts."};
inline constexpr SizeLimit message_limit{
    32UL << 20U, "a message for a test",
    "The first part of it will do: conditions look at size, head and text."};

/// A sealed memfd (memfd_create(2); sealed against writing, growing, shrinking) with the bytes of `path`, "-"
/// being standard input, its offset 0. Throws Failure, also where they are more than the limit.
Descriptor sealed_copy(const std::string& path, const SizeLimit& limit = import_limit);

/// The same with `octets`. No copy of them is kept elsewhere. Throws Failure.
Descriptor sealed_octets(std::string_view octets);

}  // namespace mailstack::client

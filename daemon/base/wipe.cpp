// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/wipe.hpp"

#include <malloc.h>

#include <cstdlib>
#include <cstring>

namespace mailstack {

void wipe_and_free(void* memory) noexcept {
    constexpr std::size_t largest_wiped = std::size_t{256} << 10U;
    if (const std::size_t size = ::malloc_usable_size(memory); memory != nullptr && size <= largest_wiped) {
        ::explicit_bzero(memory, size);
    }
    std::free(memory);
}

}  // namespace mailstack

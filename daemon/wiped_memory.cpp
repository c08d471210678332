// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The daemon's memory is wiped as it is given back. Relays' passwords pass through strings of libraries and
// of our own that grow and are copied: what wipes itself (model's Secret, engine's WipedText) cannot reach
// those.
#include <cstdlib>
#include <new>

#include "base/wipe.hpp"

namespace {

void* allocated(std::size_t size) {
    void* const memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

}  // namespace

void* operator new(std::size_t size) {
    return allocated(size);
}
void* operator new[](std::size_t size) {
    return allocated(size);
}
void operator delete(void* memory) noexcept {
    mailstack::wipe_and_free(memory);
}
void operator delete[](void* memory) noexcept {
    mailstack::wipe_and_free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    mailstack::wipe_and_free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    mailstack::wipe_and_free(memory);
}

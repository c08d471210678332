// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The daemon's memory is wiped as it is given back. Relays' passwords pass through strings of libraries and
// of our own that grow and are copied: what wipes itself (model's Secret, engine's WipedText) cannot reach
// those. Large blocks are left alone: they hold texts and maps, never a password alone, and go back to the
// system.
#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace {

constexpr std::size_t largest_wiped = std::size_t{256} << 10U;

void* allocated(std::size_t size) {
    void* const memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

void give_back(void* memory) noexcept {
    if (memory == nullptr) {
        return;
    }
    if (const std::size_t size = ::malloc_usable_size(memory); size <= largest_wiped) {
        ::explicit_bzero(memory, size);
    }
    std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) {
    return allocated(size);
}
void* operator new[](std::size_t size) {
    return allocated(size);
}
void operator delete(void* memory) noexcept {
    give_back(memory);
}
void operator delete[](void* memory) noexcept {
    give_back(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
    give_back(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    give_back(memory);
}

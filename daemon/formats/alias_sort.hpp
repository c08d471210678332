// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Sorting a million keys that lie in one text, and comparing them without regard to case.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace mailstack {

/// As std::string_view::compare of the folded texts, bytes above 127 unsigned and left alone.
inline int compare_folded(std::string_view left, std::string_view right) noexcept {
    const auto common = std::min(left.size(), right.size());
    for (std::size_t i = 0; i < common; ++i) {
        const auto l = static_cast<unsigned char>(fold_case(left[i]));
        const auto r = static_cast<unsigned char>(fold_case(right[i]));
        if (l != r) {
            return l < r ? -1 : 1;
        }
    }
    return left.size() == right.size() ? 0 : left.size() < right.size() ? -1 : 1;
}

inline bool equal_folded(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() && compare_folded(left, right) == 0;
}

/// Eight octets of a key as a number that compares as they do; zeros stand after its end (a key holds no
/// NUL).
inline std::uint64_t packed(std::string_view key, std::size_t from) noexcept {
    std::uint64_t number = 0;
    for (std::size_t i = from; i < from + sizeof number; ++i) {
        const char c = i < key.size() ? fold_case(key[i]) : '\0';
        number = number << 8U | static_cast<unsigned char>(c);
    }
    return number;
}

namespace detail {

struct PackedKey {
    std::uint64_t number;
    std::uint32_t place;
    bool operator<(const PackedKey& other) const noexcept {
        return number != other.number ? number < other.number : place < other.place;
    }
};

/// Sorts by eight octets at a time: only runs that agree in those look at the text again.
template <typename KeyAt>
void sort_run(PackedKey* first, PackedKey* last, std::size_t from, const KeyAt& key_at) {
    for (auto* key = first; key != last; ++key) {
        key->number = packed(key_at(key->place), from);
    }
    if (!std::is_sorted(first, last)) {
        std::sort(first, last);
    }
    for (auto* run = first; run != last;) {
        auto* end =
            std::find_if(run, last, [run](const PackedKey& key) { return key.number != run->number; });
        if (end - run > 1 && (run->number & 0xffU) != 0) {
            sort_run(run, end, from + sizeof run->number, key_at);
        }
        run = end;
    }
}

}  // namespace detail

/// The places 0 to count - 1, sorted by the folded key of each and then by place.
template <typename KeyAt>
std::vector<std::uint32_t> sorted_by_key(std::size_t count, const KeyAt& key_at) {
    std::vector<detail::PackedKey> keys(count);
    for (std::size_t i = 0; i < count; ++i) {
        keys[i].place = static_cast<std::uint32_t>(i);
    }
    detail::sort_run(keys.data(), keys.data() + count, 0, key_at);
    std::vector<std::uint32_t> order(count);
    std::transform(keys.begin(), keys.end(), order.begin(),
                   [](const detail::PackedKey& key) { return key.place; });
    return order;
}

}  // namespace mailstack

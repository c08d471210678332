// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What a TableFile shares: the text, and where its entries are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/table_file.hpp"

namespace mailstack {

struct TableFile::State {
    /// Where one entry stands. The key is at `begin`.
    struct Span {
        std::uint32_t begin, end;                   ///< its record, line end included
        std::uint32_t line;                         ///< 1-based
        std::uint16_t key_size, value, value_size;  ///< value: an offset from begin
        bool superseded;                            ///< an earlier entry of the key counts
    };

    explicit State(std::string whole);

    std::string_view raw_key(const Span& span) const noexcept {
        return std::string_view(text).substr(span.begin, span.key_size);
    }
    std::string_view value(const Span& span) const noexcept {
        return std::string_view(text).substr(span.begin + std::size_t{span.value}, span.value_size);
    }
    TableEntry entry(const Span& span) const;
    /// The first position in `order` whose key is not less than the folded `key`.
    std::size_t lower_bound(std::string_view key) const noexcept;
    /// The entries of a folded key: [first, last) in `order`; the first one counts.
    std::pair<std::size_t, std::size_t> entries_of(std::string_view key) const noexcept;

    std::string text;
    std::vector<Span> spans{};           ///< in file order
    std::vector<std::uint32_t> order{};  ///< by key, then by place
    std::size_t superseded = 0;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What an AliasFile shares: the file as read, what was appended, and which older files it is an extension
/// of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/alias_file.hpp"
#include "formats/alias_index.hpp"

namespace mailstack {

/// A file that another one extends: its identity and its size.
struct Ancestor {
    std::uint64_t version;
    std::size_t size;
};

struct AliasFile::State {
    std::shared_ptr<const LocalHosts> local_hosts{};
    std::shared_ptr<const AliasIndex> base{};
    std::shared_ptr<const AliasIndex> tail{};  ///< appended since; empty at first
    std::vector<std::uint32_t>
        shadowed{};             ///< places of base's counting definitions that tail redefines, ascending
    std::uint64_t version = 0;  ///< unique to these bytes' history; kept by compaction
    std::vector<Ancestor> ancestors{};  ///< oldest first

    mutable std::once_flag problems_made{};
    mutable std::vector<AliasProblem> problems{};

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() = default;

    std::size_t size() const noexcept { return base->text().size() + tail->text().size(); }
    std::string text(std::size_t from) const;  ///< to the end
    bool ends_with_feed() const noexcept;
    bool hides(std::uint32_t base_place) const noexcept;
    /// Where the definition of a key that counts stands.
    struct Place {
        bool in_tail;
        const AliasSpan* span;
    };
    std::optional<Place> place_of(std::string_view key) const;
    AliasEntry entry(bool in_tail, const AliasSpan& span) const;
    /// Visits the definitions that count, in file order: (in the tail?, span).
    template <typename Visit>
    void each_span(const Visit& visit) const;
    std::vector<AliasProblem> make_problems() const;

    std::shared_ptr<State> extended()
        const;  ///< a copy that will be this plus bytes at its end: `base` and `tail` are still ours
    std::shared_ptr<State> folded() const;  ///< the same bytes in one index
    /// The same bytes plus `text`, parsed anew as a whole.
    std::shared_ptr<State> reparsed_with(std::string_view text) const;
    std::shared_ptr<State> appended(const AliasIndex& addition) const;
    /// The replacements' places are those of the tail or of the base.
    std::shared_ptr<State> edited(bool in_tail,
                                  const std::vector<AliasIndex::Replacement>& replacements) const;
};

std::uint64_t next_version() noexcept;

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A stretch of alias-file text with an index of its definitions: 24 octets for each, keys stay in the text.
/// Immutable once built; AliasFile is made of two, the file as it was read and what was appended since.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

using LocalHosts = std::vector<std::string>;

/// Where one definition stands. Offsets are octets in the text.
struct AliasSpan {
    std::uint32_t begin = 0, end = 0;  ///< its logical line, line end included
    std::uint32_t key = 0;             ///< offset of the key, in the text (not folded there) or in the pool
    std::uint16_t key_size = 0;
    std::uint16_t colon = 0;      ///< offset of the first colon in the logical line
    bool pooled : 1 = false;      ///< the key is not a piece of the text
    bool assembled : 1 = false;   ///< the logical line is not a piece of the text (continuations)
    bool superseded : 1 = false;  ///< a later definition of the key counts
};

/// What is wrong with a line, other than a second definition.
struct LineProblem {
    std::uint32_t begin = 0;
    std::string message{};  ///< without the line number
};

class AliasIndex {
  public:
    AliasIndex() = default;
    /// Throws Error{LimitExceeded} where the text has 4 GiB or more.
    AliasIndex(std::string text, const LocalHosts& local_hosts);
    /// `front` followed by `back`, whose first line must not continue the last of `front`.
    AliasIndex(const AliasIndex& front, const AliasIndex& back);

    const std::string& text() const noexcept { return text_; }
    const std::vector<AliasSpan>& spans() const noexcept { return spans_; }      ///< in file order
    const std::vector<std::uint32_t>& order() const noexcept { return order_; }  ///< by key, then by place
    const std::vector<LineProblem>& problems() const noexcept { return problems_; }  ///< in file order
    std::size_t count() const noexcept { return spans_.size() - superseded_; }       ///< different keys
    bool has_nul() const noexcept { return has_nul_; }
    /// Whether what is appended could change what the last line means.
    bool open_end() const noexcept { return open_end_; }

    std::string key(const AliasSpan& span) const;
    std::string name(const AliasSpan& span) const;   ///< as written
    std::string value(const AliasSpan& span) const;  ///< as sendmail stores it
    /// The same without a copy where the line is a piece of the text; else it lies in `buffer`.
    std::string_view value(const AliasSpan& span, std::string& buffer) const;
    /// The logical line as sendmail sees it, without its line end.
    std::string line(const AliasSpan& span) const;

    /// Negative, zero or positive as the span's key is less than, equal to or greater than the folded `key`.
    int compare(const AliasSpan& span, std::string_view key) const noexcept;
    /// The first position in order() whose key is not less than `key`.
    std::size_t lower_bound(std::string_view key) const noexcept;
    /// The definitions of a key: [first, last) in order().
    std::pair<std::size_t, std::size_t> definitions(std::string_view key) const noexcept;

    /// Line ends before an offset. The first call counts them all.
    std::size_t line_ends_before(std::size_t offset) const;

    /// The index with some definitions' lines replaced, or removed where the line is empty. `replacements` is
    /// in file order; a new line defines the same key and nothing else. Where has_nul() only the text of the
    /// result holds good.
    struct Replacement {
        std::uint32_t span;
        std::string line;
    };
    AliasIndex with_replaced(const std::vector<Replacement>& replacements) const;

  private:
    void scan(const LocalHosts& local_hosts);
    void add_line(std::uint32_t begin, std::uint32_t end, std::string_view line, bool assembled,
                  const LocalHosts& local_hosts);
    void add_problem(std::uint32_t begin, std::string message);
    void sort();
    void mark_superseded();
    std::string_view raw_key(const AliasSpan& span) const noexcept;

    std::string text_{};
    std::string pool_{};  ///< keys that are not a folded piece of the text
    std::vector<AliasSpan> spans_{};
    std::vector<std::uint32_t> order_{};
    std::vector<LineProblem> problems_{};
    std::size_t superseded_ = 0;
    bool has_nul_ = false, open_end_ = false;

    /// Line ends before each block of the text; counted when first asked for.
    struct LineTable {
        LineTable() = default;
        LineTable(const LineTable& /*unused*/) {}  // a copy counts for itself
        LineTable& operator=(const LineTable&) = delete;
        ~LineTable() = default;
        std::once_flag counted{};
        std::vector<std::uint32_t> ends_before{};
    };
    mutable LineTable lines_{};
};

}  // namespace mailstack

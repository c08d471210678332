// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// sendmail's alias file, lossless. (grammar: to be the header of this file; see aliases(5), readaliases() in sendmail)
///
/// `print(parse(bytes)) == bytes` for any bytes. Parsing never fails as a whole: what sendmail would reject is kept and
/// reported as a Problem with its line number.
///
/// An AliasFile is an immutable value, cheap to copy: one shared text buffer with an index of PODs sorted by folded key,
/// and a small delta of what was appended since. Appending one alias to 1,000,000 costs what appending it to 1,000 costs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// One alias as the file has it.
struct AliasEntry {
    std::string name;                     ///< as written (key() folded is how sendmail looks it up)
    std::string key;                      ///< as sendmail's map stores it
    std::string value;                    ///< the right-hand side as sendmail's map stores it (continuations joined)
    std::vector<std::string> recipients;  ///< value split at the commas that separate addresses
    std::size_t line;                     ///< 1-based number of its first line
};

/// Something in the file that sendmail rejects, ignores or warns of.
struct AliasProblem {
    std::size_t line;        ///< 1-based
    std::size_t other_line;  ///< the first definition, for a duplicate key; else 0
    std::string message;     ///< e.g. "line 7: 'sales' is defined before, in line 3: sendmail uses line 3"
};

class AliasFile {
  public:
    AliasFile();
    static AliasFile parse(std::string text);
    ~AliasFile();
    AliasFile(const AliasFile&);
    AliasFile& operator=(const AliasFile&);
    AliasFile(AliasFile&&) noexcept;
    AliasFile& operator=(AliasFile&&) noexcept;

    /// The whole file, byte for byte.
    std::string print() const;
    std::size_t size() const noexcept;   ///< octets of print()
    std::size_t count() const noexcept;  ///< names that sendmail would find

    /// The definition that sendmail uses (of duplicates: the one newaliases stores).
    std::optional<AliasEntry> find(std::string_view key) const;
    /// Sorted by key: entries whose key begins with `prefix` and is greater than `after`, at most `limit`.
    std::vector<AliasEntry> list(std::string_view prefix, std::string_view after, std::size_t limit) const;
    /// Each (key, value) pair just as newaliases stores it (without the `@` entry), in file order.
    void each(const std::function<void(std::string_view key, std::string_view value)>& visit) const;
    const std::vector<AliasProblem>& problems() const noexcept;

    /// Adds a line at the end (first completing a last line that lacks its newline). The key must not exist.
    AliasFile with_added(std::string_view name, const std::vector<std::string>& recipients) const;
    /// The same for many entries at once, in order, already in alias syntax: `text` ends in a newline.
    AliasFile with_appended_text(std::string_view text) const;
    /// Replaces the recipients of each definition of the key that counts, keeping the name as written, the file's line
    /// ends and every other line. Keeps other duplicates out of the way: see .cpp.
    AliasFile with_recipients(std::string_view key, const std::vector<std::string>& recipients) const;
    /// Removes every definition of the key, with its continuation lines, and nothing else.
    AliasFile without(std::string_view key) const;

    /// If this file is `older` plus bytes at its end, exactly those bytes; else nothing (the text changed in the middle).
    /// Costs nothing of the file's size.
    std::optional<std::string> appended_since(const AliasFile& older) const;
    /// Folds the delta into one buffer and index when it has grown; to be called after a commit. Amortised.
    AliasFile compacted() const;

  private:
    struct State;
    std::shared_ptr<const State> state_;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// The text of a keyed table (access, virtusertable, mailertable and whatever else makemap reads), lossless.
/// `print(parse(bytes)) == bytes` for any bytes.
///
///     file    = *record
///     record  = line [ LF ]                 ; at most 1,023 octets, LF included
///     line    = empty / comment / entry     ; anything else is kept, ignored and reported with its number
///     comment = "#" *octet                  ; only where '#' is the first octet of the record
///     entry   = key 1*space value
///     key     = 1*( octet but space )       ; stored with A-Z folded (makemap -f absent)
///     value   = 1*octet                     ; stored as it stands: a '#', blanks or a CR at its end too
///     space   = SP / TAB / VT / FF / CR     ; isspace()
///
/// - There are no continuation lines, no quotes and no escapes. A line that begins with white space is an error
///   ("syntax error (leading space)"; of CRLF text so is an empty line), as is a key without a value ("no RHS for
///   LHS").
/// - Of several entries of one key **the first counts**: makemap says "duplicate key" and leaves what is there.
/// - A record without a line end within 1,023 octets is dropped ("line too long"), at the file's end too, and
///   **what follows is a record of its own**, which can be an entry. A NUL before the line end drops its record with
///   the same words; in a last line without a line end it only ends the line.
/// - Octets above 127 are octets like others. (A sendmail built with USE_EAI folds keys in UTF-8; Debian's is not.)
/// - After any of these errors makemap goes on, leaves the map with what was right, and ends with status 65.
///
/// Source of fact: sendmail 8.17.1 makemap/makemap.c (main(), BUFSIZE), libsm/fget.c; tests/differential compares
/// with makemap.
///
/// A TableFile is an immutable value, cheap to copy: one shared text with an index of PODs sorted by folded key. A
/// change costs the file's size, many at once cost no more than one.
// clang-format on
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// One entry as the file has it.
struct TableEntry {
    std::string name;   ///< the key as written
    std::string key;    ///< as makemap stores it
    std::string value;  ///< as makemap stores it
    std::size_t line;   ///< 1-based
};

/// Something in the file that makemap rejects.
struct TableProblem {
    std::size_t line;        ///< 1-based
    std::size_t other_line;  ///< the first entry, for a duplicate key; else 0
    std::string message;     ///< e.g. "line 7: 'b.example' is in line 3 already: makemap keeps line 3"
};

/// What becomes of a key: a value, or nothing: it goes.
struct TableEdit {
    std::string key;
    std::optional<std::string> value;
};

class TableFile {
  public:
    TableFile();
    /// Throws Error{LimitExceeded} for 4 GiB or more, and nothing else.
    static TableFile parse(std::string text);
    ~TableFile();
    TableFile(const TableFile&);
    TableFile& operator=(const TableFile&);
    TableFile(TableFile&&) noexcept;
    TableFile& operator=(TableFile&&) noexcept;

    /// The whole file, byte for byte.
    const std::string& print() const noexcept;
    std::size_t size() const noexcept;   ///< octets of print()
    std::size_t count() const noexcept;  ///< keys that makemap would store

    /// The entry that counts (of duplicates: the first). The key is folded first.
    std::optional<TableEntry> find(std::string_view key) const;
    std::optional<std::string> value(std::string_view key) const;
    bool contains(std::string_view key) const;
    /// Sorted by key: entries whose key begins with `prefix` and is greater than `after`, at most `limit`.
    std::vector<TableEntry> list(std::string_view prefix, std::string_view after, std::size_t limit) const;
    /// Each (key, value) pair that makemap leaves in the map, in file order, each key once.
    void each(const std::function<void(std::string_view key, std::string_view value)>& visit) const;
    /// By line.
    std::vector<TableProblem> problems() const;

    /// The table in which value(key) == value. Where the key exists the value of the entry that counts is
    /// replaced, up to the line's end (a `# remark` and a CR there are part of it, to makemap); the key as
    /// written, the white space after it and every other line stay. Else `key TAB value LF` is added at the
    /// end, after completing a last line that lacks its line end. Throws Error{InvalidArgument} where makemap
    /// would not read key and value back from a line, {LimitExceeded} where the line is too long,
    /// {Unsupported} where a line is to follow an open last line that holds a NUL.
    TableFile with(std::string_view key, std::string_view value) const;
    /// Without every entry of the key, and with nothing else changed; the same file where there is none.
    TableFile without(std::string_view key) const;
    /// Many changes at the cost of one; of a key that comes twice the last counts. New keys are added in the
    /// order given. Throws as with().
    TableFile with(const std::vector<TableEdit>& edits) const;

    /// Whether the two have the same octets.
    bool same_as(const TableFile& other) const noexcept;
    /// If this file is `before` plus octets at its end, exactly those octets; else nothing.
    std::optional<std::string> appended_since(const TableFile& before) const;

  private:
    struct State;
    explicit TableFile(std::shared_ptr<const State> state);
    std::shared_ptr<const State> state_;
};

}  // namespace mailstack

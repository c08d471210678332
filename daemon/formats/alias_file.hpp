// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// sendmail's alias file, lossless. `print(parse(bytes)) == bytes` for any bytes.
///
///     file       = *logical-line
///     logical    = physical *( continuation )     ; alias_scan.hpp: "\" LF, or LF and a blank; at most 8,191 octets
///     line       = empty / comment / alias        ; anything else is kept, ignored and reported with its number
///     comment    = "#" *octet
///     alias      = name ":" *white value          ; the first colon of the line, even one within quotes
///     name       = not white-first                ; alias_key.hpp says under which key sendmail stores it
///     value      = 1*octet                        ; stored as it stands: a CR before the LF and blanks at its end too
///     recipients = address *( "," address )       ; address_scan.hpp: where an address of the value ends:
///                                                 ; user, \user, user@host, "|program with args", |program,
///                                                 ; /file, :include:/path, "quoted, comma"@host, Name <user>
///
/// - A key is folded (A-Z); of several definitions of one key **the last counts**: newaliases warns ("duplicate
///   alias name") and stores each over the one before. postmaster is no exception here: where the local mailer
///   folds names, as it does in every .mc of cf/, all keys are folded.
/// - A line of CRLF text that is otherwise empty holds a CR: sendmail misses its colon, so it is reported.
/// - Values are not looked into: newaliases checks them only with CheckAliases, off by default.
/// - Bytes above 127 are octets like others, but sendmail refuses names with 0x80 to 0x9f.
/// Source of fact: sendmail 8.17.1 alias.c (readaliases, contline), map.c (db_map_store); tests/differential
/// compares with newaliases.
///
/// An AliasFile is an immutable value, cheap to copy: one shared text buffer with an index of PODs sorted by
/// folded key, and a small delta of what was appended since. Appending one alias to 1,000,000 costs what
/// appending it to 1,000 costs.
// clang-format on
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
    std::string name;   ///< as written (key() folded is how sendmail looks it up)
    std::string key;    ///< as sendmail's map stores it
    std::string value;  ///< the right-hand side as sendmail's map stores it (continuations joined)
    std::vector<std::string> recipients;  ///< value split at the commas that separate addresses
    std::size_t line;                     ///< 1-based number of its first line
};

/// Something in the file that sendmail rejects, ignores or warns of.
struct AliasProblem {
    std::size_t line;        ///< 1-based
    std::size_t other_line;  ///< the first definition, for a duplicate key; else 0
    std::string message;     ///< e.g. "line 7: 'sales' is defined before, in line 3: sendmail uses line 7"
};

class AliasFile {
  public:
    AliasFile();
    /// `local_hosts` (folded: class w) decides what a name with a host means; localhost is always one of
    /// them. Throws Error{LimitExceeded} for 4 GiB or more, and nothing else.
    static AliasFile parse(std::string text, std::vector<std::string> local_hosts = {});
    ~AliasFile();
    AliasFile(const AliasFile&);
    AliasFile& operator=(const AliasFile&);
    AliasFile(AliasFile&&) noexcept;
    AliasFile& operator=(AliasFile&&) noexcept;

    /// The whole file, byte for byte.
    std::string print() const;
    std::size_t size() const noexcept;   ///< octets of print()
    std::size_t count() const noexcept;  ///< names that sendmail would find

    /// The definition that sendmail uses (of duplicates: the last). The key is folded first.
    std::optional<AliasEntry> find(std::string_view key) const;
    bool contains(std::string_view key) const;
    /// What sendmail's map stores for the key: find() without the rest of the entry.
    std::optional<std::string> value(std::string_view key) const;
    /// Sorted by key: entries whose key begins with `prefix` and is greater than `after`, at most `limit`.
    std::vector<AliasEntry> list(std::string_view prefix, std::string_view after, std::size_t limit) const;
    /// Each (key, value) pair that newaliases leaves in the map (without the `@` entry), in file order, each
    /// key once.
    void each(const std::function<void(std::string_view key, std::string_view value)>& visit) const;
    /// Each definition that counts, in file order.
    void each_entry(const std::function<void(const AliasEntry&)>& visit) const;
    /// By line. Made when first asked for.
    const std::vector<AliasProblem>& problems() const noexcept;

    /// Adds a line at the end (first completing a last line that lacks its newline), with the line end that
    /// the file's last line has: where that is CRLF, sendmail's value ends in CR, so take the value for a map
    /// from find(). Throws Error{AlreadyExists} where the key exists, {LimitExceeded} where the line is
    /// longer than sendmail takes, {InvalidAddress} where sendmail would read the line as anything but this
    /// one alias with these recipients.
    AliasFile with_added(std::string_view name, const std::vector<std::string>& recipients) const;
    /// The same for many entries at once, in order, already in alias syntax: `text` ends in a newline. A key
    /// that exists gets a later definition, which counts.
    AliasFile with_appended_text(std::string_view text) const;
    /// Replaces the recipients of the definition that counts, keeping the name as written, the white space
    /// after its colon, its line end and every other line; definitions that do not count stay. Continuation
    /// lines become one. Throws Error{NoSuchAlias}, and as with_added().
    AliasFile with_recipients(std::string_view key, const std::vector<std::string>& recipients) const;
    struct Recipients {
        std::string key;
        std::vector<std::string> recipients;
    };
    /// The same for many keys at the cost of one. No key may come twice, and there must be one.
    AliasFile with_recipients(const std::vector<Recipients>& changes) const;
    /// Removes every definition of the key, with its continuation lines, and nothing else. Throws
    /// Error{NoSuchAlias}.
    AliasFile without(std::string_view key) const;

    /// Whether neither was made from the other by a change.
    bool same_as(const AliasFile& other) const noexcept;
    /// If this file is `older` plus bytes at its end, exactly those bytes; else nothing (the text changed in
    /// the middle). Costs nothing of the file's size.
    std::optional<std::string> appended_since(const AliasFile& older) const;
    /// Folds the delta into one buffer and index when it has grown; to be called after a commit. Amortised.
    AliasFile compacted() const;

  private:
    struct State;
    explicit AliasFile(std::shared_ptr<const State> state);
    std::shared_ptr<const State> state_;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// A file of words for a class, lossless: local-host-names (FEATURE(`use_cw_file')), as sendmail reads it for
/// `Fw-o /etc/mail/local-host-names %[^\#]`. `print(parse(bytes)) == bytes` for any bytes.
///
///     file    = *record
///     record  = line [ LF ]               ; at most 2,047 octets, LF included; what is longer is cut there, words too,
///                                         ; and the rest is a record of its own
///     line    = words [ "#" comment ]     ; a '#' begins a comment wherever it stands, within a word too
///     words   = *space [ word *( 1*space word ) ] *space
///     word    = 1*( octet but space, "#", NUL )
///     space   = SP / TAB / VT / FF / CR   ; CRLF text is read as it is meant
///
/// - A word is compared with A-Z folded; octets above 127 are not folded. A class is a set: what comes twice is one.
/// - A NUL ends its record for sendmail: the rest, up to the line end, is not seen.
/// - A word that begins with the octet 0x93 names another class (setclass()): no word.
/// - `*.example.org` and `.example.org` are words like others: class w has no patterns.
/// - It is read when sendmail starts or reloads, and never between.
///
/// Source of fact: sendmail 8.17.1 readcf.c (fileclass(), parse_class_words(), setclass()), stab.c, conf.h (MAXLINE);
/// tests/differential compares with `$=w`.
// clang-format on
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

/// Something in the file that is probably not meant.
struct WordProblem {
    std::size_t line;        ///< 1-based
    std::size_t other_line;  ///< where a word that comes twice stands first; else 0
    std::string message;     ///< e.g. "line 7: 'b.example' is in line 3 already"
};

/// An immutable value, cheap to copy. A change costs the file's size.
class WordList {
  public:
    WordList();
    static WordList parse(std::string text);
    ~WordList();
    WordList(const WordList&);
    WordList& operator=(const WordList&);
    WordList(WordList&&) noexcept;
    WordList& operator=(WordList&&) noexcept;

    /// The whole file, byte for byte.
    const std::string& print() const noexcept;
    /// The words that sendmail takes, folded, in file order, each once.
    const std::vector<std::string>& words() const noexcept;
    /// The word is folded first.
    bool contains(std::string_view word) const;
    /// By line.
    std::vector<WordProblem> problems() const;

    /// With a line for the word at the end, after completing a last line that lacks its line end; the same
    /// file where it has the word. Throws Error{InvalidArgument} where sendmail would read anything but this
    /// one word, {LimitExceeded} where it is longer than a line may be.
    WordList with(std::string_view word) const;
    /// Without the word, wherever it stands: a line that holds no other goes, its comment too; of others only
    /// the word goes, with the white space beside it. The same file where there is none.
    WordList without(std::string_view word) const;

    /// Whether the two have the same octets.
    bool same_as(const WordList& other) const noexcept;
    /// If this file is `before` plus octets at its end, exactly those octets; else nothing.
    std::optional<std::string> appended_since(const WordList& before) const;

  private:
    struct State;
    explicit WordList(std::shared_ptr<const State> state);
    std::shared_ptr<const State> state_;
};

}  // namespace mailstack

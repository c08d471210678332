// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Where the statements of a procmailrc begin and end: procmail's own reading, with nothing expanded and
/// nothing run.
///
/// Source of fact: procmail 3.22 goodies.c readparse(), cstdio.c getlline(), procmail.c mainloop(), misc.c
/// conditions(), variables.c gobenv().
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mailstack {

/// A piece of the text that procmail reads as one: a value, a list of arguments, a line.
struct RcPiece {
    std::size_t begin = 0;
    std::size_t end = 0;  ///< without what ended it
    bool backquotes = false;
    bool open = false;  ///< the text ended within a quote, or behind a backslash
    /// Where it ends depends on what a variable holds or a program answers.
    bool unclear = false;
};

/// Reads on from a place in a text. NUL is an octet like others.
class RcReader {
  public:
    static constexpr int no_more = -1;

    explicit RcReader(std::string_view text) noexcept : text_(text) {}

    std::size_t at() const noexcept { return at_; }
    bool done() const noexcept { return at_ >= text_.size(); }
    int peek() const noexcept { return done() ? no_more : static_cast<unsigned char>(text_[at_]); }
    bool take(char c) noexcept;
    void skip_blanks() noexcept;
    void skip_line() noexcept;  ///< the line end too

    /// A variable's name: not empty, and then white space, a line end or "="; "" where there is none, and
    /// then all that looked like one has been read.
    std::string_view name();
    /// What stands behind "=": one word.
    RcPiece value() { return parsed(true); }
    /// Words up to the line's end (which is read too), quotes honoured.
    RcPiece words() { return parsed(false); }
    /// A line with those that a backslash at its end joins to it.
    RcPiece line();

  private:
    enum class Within { Nothing, Space, Text, Double, Single };
    struct Parse;

    int get() noexcept { return done() ? no_more : static_cast<unsigned char>(text_[at_++]); }
    RcPiece parsed(bool one_word);
    bool step(Parse& parse);
    bool blank(Parse& parse);
    void escape(Parse& parse);
    void backquote(Parse& parse);
    void double_quote(Parse& parse) const;
    void single_quote(Parse& parse) const;
    void brace(Parse& parse) const;
    bool dollar(Parse& parse);
    void in_braces(Parse& parse);

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace mailstack

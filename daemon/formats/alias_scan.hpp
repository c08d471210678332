// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Logical lines of an alias file, cut as sendmail's readaliases() cuts them.
///
///     logical  = physical *( continuation )
///     continuation: the next physical line, where this one ends in "\" LF (both go), or where the next
///     begins with a
///                   blank (the LF goes, the blank stays). True of comments and empty lines as well.
///
/// sendmail reads into 8,192 octets: a logical line of more than 8,191 with its LF, and one with a NUL before
/// its LF, is "too long": it is dropped together with what follows to the next line end that nothing
/// continues.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mailstack {

/// sendmail's buffer (BUFSIZ) less its NUL: what a logical line may have with its LF.
inline constexpr std::size_t longest_alias_line = 8191;

struct LogicalLine {
    std::size_t begin = 0, end = 0;  ///< in the text, line end included
    std::string_view text{};  ///< what sendmail sees, without the line end: in the text or in the buffer
    bool too_long = false;    ///< sendmail drops it
    bool assembled = false;   ///< `text` is in the scanner's buffer
};

class AliasScanner {
  public:
    explicit AliasScanner(std::string_view text)
        : text_(text), has_nul_(text.find('\0') != std::string_view::npos) {}

    /// The same for a text of which this is known: costs nothing of its size.
    AliasScanner(std::string_view text, bool has_nul) : text_(text), has_nul_(has_nul) {}

    /// The logical line that begins at `begin`, which is less than the text's size.
    LogicalLine line_at(std::size_t begin);

    /// Whether the text holds a NUL: then what one line means depends on lines far from it.
    bool has_nul() const noexcept { return has_nul_; }

  private:
    LogicalLine assembled(std::size_t begin);
    std::size_t skipped(std::size_t at) const;
    bool blank_at(std::size_t at) const {
        return at < text_.size() && (text_[at] == ' ' || text_[at] == '\t');
    }

    std::string_view text_;
    bool has_nul_;
    std::string buffer_{};  ///< a line that was assembled; valid until the next call
};

}  // namespace mailstack

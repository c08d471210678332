// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Text that holds a secret: overwritten before its memory is given back, and never copied.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace mailstack {

struct Base64 {
    std::string_view octets;  ///< what is to be encoded (RFC 4648, section 4)
};

class WipedText {
  public:
    /// The pieces, one after another.
    explicit WipedText(std::initializer_list<std::string_view> pieces);
    explicit WipedText(Base64 of);
    /// What came as a string, whose memory it takes over.
    explicit WipedText(std::string&& octets);
    WipedText(const WipedText&) = delete;
    WipedText& operator=(const WipedText&) = delete;
    ~WipedText();

    std::string_view octets() const noexcept { return octets_; }

  private:
    std::string octets_;
};

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// A relay's words as they may be shown: never with the secret in them, whatever the relay says.
///
/// Words that hold the secret, as it is or in Base64 wherever it stands in what was encoded (the answers of
/// AUTH PLAIN and LOGIN, RFC 4616), are withheld as a whole: to leave out the secret alone would show where
/// and how long it is. Blanks, line ends and case make no difference. A relay that knows a secret can still
/// say it in a cipher of its own.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "engine/wiped_text.hpp"
#include "model/route.hpp"

namespace mailstack {

class Concealment {
  public:
    /// `secret` may be absent: nothing is withheld then.
    explicit Concealment(const Secret* secret);

    /// `words` in printable ASCII, other octets as \xHH, 500 octets at most; withheld where they or `heard`,
    /// what was received as it came, hold the secret. A reply code in front stays.
    std::string shown(std::string_view words, std::string_view heard) const;

  private:
    void add(std::string_view form);
    bool in(std::string_view text) const;

    std::deque<WipedText> squeezed_;  ///< forms of the secret: no white space, one case
    std::deque<WipedText> blank_;     ///< forms that are nothing but white space
};

}  // namespace mailstack

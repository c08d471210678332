// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// A file of PEM blocks, as RFC 7468 has it (its lax form, section 3, figure 2) with the headers of RFC 1421 that
/// traditional private keys with a passphrase have.
///
///     file    = *( block / line )              ; lines outside of blocks mean nothing, whatever they hold
///     block   = begin *header *body end
///     begin   = "-----BEGIN " label "-----" eol
///     header  = line with ":" eol              ; "Proc-Type: 4,ENCRYPTED", "DEK-Info: ..."; then an empty line
///     body    = *( base64 / WSP ) eol          ; of any length; "=" only at the end, all together of full quads
///     end     = "-----END " label "-----" eol  ; the same label
///     label   = labelchar *( [ "-" / SP ] labelchar )
///     eol     = CRLF / LF / CR / the file's end
///
/// - Blanks at both ends of a line and a byte order mark at the file's beginning are passed over.
/// - A line that begins with "-" and goes on, after all its "-", with the word BEGIN or END is meant for a
///   delimiter: where it is none, that is a fault. So are an end without a beginning and a beginning within a block.
///
/// Any octets are a file. Linear time; nothing is copied but labels.
// clang-format on
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

enum class PemFault {
    None,
    Delimiter,  ///< a BEGIN or END line that is not written as it must be
    StrayEnd,   ///< an END line outside of a block
    NoEnd,      ///< the file ends, or another block begins, within the block
    OtherEnd,   ///< the label of the END line is another
    NotBase64,  ///< an octet that is none of base64, or one behind the "="
    Cut,        ///< base64 is missing: what is there are no full quads
    Empty,      ///< nothing between BEGIN and END
};

struct PemBlock {
    std::string label;       ///< "CERTIFICATE"; "" where a delimiter is damaged
    std::size_t line = 0;    ///< of its beginning; 1-based
    bool encrypted = false;  ///< by its headers
    PemFault fault = PemFault::None;
    std::size_t fault_line = 0;  ///< where it shows
    std::string_view body = {};  ///< base64 with white space, within the file's text
};

/// The blocks of the file, the damaged ones too, in their order. They refer to `text`.
std::vector<PemBlock> pem_blocks(std::string_view text);

/// What a block without a fault holds. May be a secret: whoever has it wipes it.
std::string octets_of(const PemBlock& block);

/// "line 3: ..." and what is wrong with a block that has a fault.
std::string fault_words(const PemBlock& block);

}  // namespace mailstack

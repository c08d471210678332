// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What a file is, in words, where it is not the certificates or the private key that it should be: people
/// hand over the wrong one of the files that an authority sends, or one in another form.
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

enum class Expected { Certificates, Key };

/// A block with this label, and what to do: "a request for a certificate; the certificate is what the
/// authority answers".
std::string block_words(std::string_view label, Expected expected);

/// The same for a file without blocks: "it is empty", "it is a certificate in DER; openssl x509 ... makes PEM
/// of it".
std::string file_words(std::string_view octets, Expected expected);

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// How bytes that are no text travel over the bus, whose strings are UTF-8 without NUL.
///
///     escaped = *( "\xHH" / text )        ; HH = 00 or 80..ff in lower-case hexadecimal
///
/// A byte that is not part of valid UTF-8, and NUL, becomes \xHH. Where text itself reads as `\xHH` with such
/// an HH, the backslash and all backslashes right before it are doubled. So every text that does not look
/// like that travels as it is
/// (`\xavier` is sendmail's way to write the local user xavier), and bus_bytes(bus_text(b)) == b for any
/// bytes b.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailstack {

std::string bus_text(std::string_view bytes);
std::string bus_bytes(std::string_view text);

std::vector<std::string> bus_texts(const std::vector<std::string>& list);

}  // namespace mailstack

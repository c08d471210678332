// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What this machine calls itself, in the kernel and in SMTP.
#pragma once

#include <string>
#include <string_view>

namespace mailstack {

/// gethostname(2), folded; "" where it does not tell.
std::string host_name();

/// What sendmail's greeting and EHLO say: macro j (Op Guide, section 5.2), as far as `cf` names it in full;
/// else `host`. As it is written.
std::string own_name(std::string_view cf, const std::string& host);

}  // namespace mailstack

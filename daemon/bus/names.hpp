// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Our names on the bus.
#pragma once

namespace mailstack {

inline constexpr const char* service_name = "org.mailstack1";
inline constexpr const char* object_path = "/org/mailstack1";

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Memory in which a secret may have been.
#pragma once

namespace mailstack {

/// Gives back what malloc(3) gave, or nothing, overwritten before. Blocks of more than 256 KiB are left as
/// they are: they hold texts and maps, never a password alone, and go back to the system.
void wipe_and_free(void* memory) noexcept;

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The numbers of the kernel's own calls that change ids of one thread alone: the C library's functions ask
/// every thread to follow. Where ids had 16 bits once, the calls for 32 have names of their own.
#pragma once

#include <sys/syscall.h>

namespace mailstack {

#ifdef SYS_setresuid32
inline constexpr long set_groups_call = SYS_setgroups32, set_group_ids_call = SYS_setresgid32,
                      set_user_ids_call = SYS_setresuid32;
#else
inline constexpr long set_groups_call = SYS_setgroups, set_group_ids_call = SYS_setresgid,
                      set_user_ids_call = SYS_setresuid;
#endif

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// What another account reads in a file, whatever the file's owner, mode, ACL and directories say.
#pragma once

#include <string>

#include "base/process.hpp"

namespace mailstack {

/// Opens and reads `path`, which is no link, with the account's rights, on this thread: the kernel is asked
/// with its file-system ids (setfsuid(2)), so that there is no process that the account could stop or trace.
/// Needs CAP_SETGID and CAP_SETUID. Throws Error{UnsafeFile} where it may not be read, {IoFailed}.
std::string read_as(const UserIdentity& reader, const std::string& path);

}  // namespace mailstack

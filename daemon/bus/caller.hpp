// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// Who calls: taken from the message inside the handler, kept for as long as the call takes.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace sdbus {
class IObject;
}

namespace mailstack {

struct Caller {
    std::string name;  ///< the unique bus name, which is never used again: polkit's subject
    std::uint32_t uid = 0;
    bool interactive = false;  ///< the caller allows a password dialog
};

/// Tells the caller of the message that is being handled, and remembers the user behind each name.
class Callers {
  public:
    /// Throws Error{AccessDenied} where the bus cannot tell the caller's user (any more).
    Caller current(const sdbus::IObject& object);

  private:
    std::map<std::string, std::uint32_t> uids_;
};

}  // namespace mailstack

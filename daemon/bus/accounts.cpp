// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/accounts.hpp"

#include <pwd.h>

#include <cerrno>
#include <vector>

namespace mailstack {

bool is_account(const std::string& name) {
    constexpr std::size_t largest = std::size_t{1} << 20U;
    for (std::vector<char> room(4096); room.size() <= largest; room.resize(room.size() * 4)) {
        passwd entry{};
        passwd* found = nullptr;
        const int error = ::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
        if (error != ERANGE) {
            // Only success without an entry says "no such user" for certain; a name service that is down says
            // other things.
            return found != nullptr || error != 0;
        }
    }
    return true;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/accounts.hpp"

#include <pwd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "base/error.hpp"

namespace mailstack {

namespace {

struct Answer {
    int error = 0;             ///< 0: the database answered
    std::optional<uid_t> uid;  ///< of the account, where there is one
};

Answer asked(const std::string& name) {
    constexpr std::size_t largest = std::size_t{1} << 20U;
    for (std::vector<char> room(4096); room.size() <= largest; room.resize(room.size() * 4)) {
        passwd entry{};
        passwd* found = nullptr;
        const int error = ::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
        if (error != ERANGE) {
            return {error, found == nullptr ? std::nullopt : std::optional(entry.pw_uid)};
        }
    }
    return {ERANGE, std::nullopt};
}

}  // namespace

bool is_account(const std::string& name) {
    // Only success without an entry says "no such user" for certain; a name service that is down says other
    // things.
    const Answer answer = asked(name);
    return answer.uid || answer.error != 0;
}

std::optional<uid_t> uid_of(const std::string& name) {
    const Answer answer = asked(name);
    if (!answer.uid && answer.error != 0) {
        throw Error(Code::IoFailed, "the user database cannot be asked for " + quoted(name) + ": " +
                                        std::generic_category().message(answer.error));
    }
    return answer.uid;
}

}  // namespace mailstack

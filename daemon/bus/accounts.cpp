// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/accounts.hpp"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace mailstack {

namespace {

/// What the user database said: a failure, or an entry where there is one.
template <typename Told>
struct Lookup {
    int error = 0;  ///< 0: the database answered
    std::optional<Told> told;
};

/// `look(entry, room, found)` is getpwnam_r(3) or getpwuid_r(3); `take` makes of an entry what is kept of it.
template <typename Look, typename Take>
auto asked(const Look& look, const Take& take) {
    using Told = decltype(take(std::declval<const passwd&>()));
    constexpr std::size_t largest = std::size_t{1} << 20U;
    for (std::vector<char> room(4096); room.size() <= largest; room.resize(room.size() * 4)) {
        passwd entry{};
        passwd* found = nullptr;
        const int error = look(&entry, room, &found);
        if (error != ERANGE) {
            return Lookup<Told>{error, found == nullptr ? std::nullopt : std::optional<Told>(take(*found))};
        }
    }
    return Lookup<Told>{ERANGE, std::nullopt};
}

auto by_name(const std::string& name) {
    return [&name](passwd* entry, std::vector<char>& room, passwd** found) {
        return ::getpwnam_r(name.c_str(), entry, room.data(), room.size(), found);
    };
}

uid_t its_uid(const passwd& entry) {
    return entry.pw_uid;
}

std::vector<gid_t> groups_of(const passwd& entry) {
    int count = 32;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    if (::getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
        if (::getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0) {
            return {entry.pw_gid};
        }
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

Account whole(const passwd& entry) {
    return {.name = AccountName(entry.pw_name),
            .identity = {.user = entry.pw_uid, .group = entry.pw_gid, .groups = groups_of(entry)},
            .home = entry.pw_dir};
}

/// Only success without an entry says "no such user" for certain.
template <typename Told>
std::optional<Told> certain(Lookup<Told> answer, const std::string& whom) {
    if (!answer.told && answer.error != 0) {
        throw Error(Code::IoFailed, "the user database cannot be asked for " + whom + ": " +
                                        std::generic_category().message(answer.error));
    }
    return std::move(answer.told);
}

}  // namespace

bool is_account(const std::string& name) {
    // A name service that is down says other things than "no".
    const auto answer = asked(by_name(name), its_uid);
    return answer.told || answer.error != 0;
}

std::optional<uid_t> uid_of(const std::string& name) {
    return certain(asked(by_name(name), its_uid), quoted(name));
}

std::optional<Account> account_of(const std::string& name) {
    return certain(asked(by_name(AccountName(name).text()), whole), quoted(name));
}

std::optional<Account> account_of_uid(uid_t uid) {
    const auto by_uid = [uid](passwd* entry, std::vector<char>& room, passwd** found) {
        return ::getpwuid_r(uid, entry, room.data(), room.size(), found);
    };
    return certain(asked(by_uid, whole), "user " + std::to_string(uid));
}

}  // namespace mailstack

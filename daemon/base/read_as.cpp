// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/read_as.hpp"

#include <fcntl.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "base/identity_calls.hpp"

namespace mailstack {
namespace {

/// Of this thread alone.
void set_groups(const std::vector<gid_t>& groups) {
    if (::syscall(set_groups_call, groups.size(), groups.data()) != 0) {
        throw Error(Code::IoFailed, std::string("cannot take on another's groups: ") + std::strerror(errno));
    }
}

std::vector<gid_t> present_groups() {
    std::vector<gid_t> groups(static_cast<std::size_t>(::getgroups(0, nullptr)));
    groups.resize(static_cast<std::size_t>(::getgroups(static_cast<int>(groups.size()), groups.data())));
    return groups;
}

/// The thread looks at files as somebody else until this goes.
class Guise {
  public:
    explicit Guise(const UserIdentity& reader) : groups_(present_groups()) {
        set_groups(reader.groups);
        group_ = static_cast<gid_t>(::setfsgid(reader.group));
        user_ = static_cast<uid_t>(::setfsuid(reader.user));
        // setfsuid(2) tells no failure but by what it leaves.
        taken_ = static_cast<uid_t>(::setfsuid(static_cast<uid_t>(-1))) == reader.user;
    }
    Guise(const Guise&) = delete;
    Guise& operator=(const Guise&) = delete;
    /// A thread that stayed somebody else must not go on: nothing it then does is as root meant it.
    ~Guise() {
        ::setfsuid(user_);
        ::setfsgid(group_);
        if (::syscall(set_groups_call, groups_.size(), groups_.data()) != 0 ||
            static_cast<uid_t>(::setfsuid(static_cast<uid_t>(-1))) != user_ ||
            static_cast<gid_t>(::setfsgid(static_cast<gid_t>(-1))) != group_) {
            std::abort();
        }
    }
    bool taken() const noexcept { return taken_; }

  private:
    std::vector<gid_t> groups_;
    gid_t group_ = 0;
    uid_t user_ = 0;
    bool taken_ = false;
};

Descriptor opened(const UserIdentity& reader, const std::string& path) {
    const Guise guise(reader);
    if (!guise.taken()) {
        throw Error(Code::IoFailed, "cannot look at " + path + " as another account: CAP_SETUID is missing");
    }
    Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) {
        throw Error(Code::UnsafeFile, "user " + std::to_string(reader.user) + " cannot read " + path + ": " +
                                          std::strerror(errno));
    }
    return file;
}

}  // namespace

std::string read_as(const UserIdentity& reader, const std::string& path) {
    const Descriptor file = opened(reader, path);
    std::string bytes;
    std::array<char, 65536> some{};
    for (;;) {
        const ssize_t count = ::read(file.get(), some.data(), some.size());
        if (count == 0) {
            return bytes;
        }
        if (count < 0 && errno != EINTR) {
            throw Error(Code::IoFailed, "cannot read " + path + ": " + std::strerror(errno));
        }
        bytes.append(some.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <endian.h>
#include <sys/xattr.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "base/error.hpp"
#include "base/file_calls.hpp"

// The value of the extended attribute system.posix_acl_access, as Linux takes it
// (include/uapi/linux/posix_acl_xattr.h and posix_acl.h): a header with the version, 2, then the entries in
// the order of their tags, all little-endian.

namespace mailstack {
namespace {

struct Entry {
    std::uint16_t tag;
    std::uint16_t permissions;  ///< as the bits of one digit of a mode
    std::uint32_t id;
};

struct AccessList {
    std::uint32_t version;
    std::array<Entry, 5> entries;
};
static_assert(sizeof(AccessList) == 4 + 5 * 8);

constexpr std::uint16_t owner = 0x01, user = 0x02, owning_group = 0x04, mask = 0x10, others = 0x20;
constexpr std::uint16_t nothing = 0, read = 4;
constexpr std::uint32_t no_id = 0xffffffff;

Entry entry(std::uint16_t tag, std::uint16_t permissions, std::uint32_t id = no_id) {
    return {.tag = htole16(tag), .permissions = htole16(permissions), .id = htole32(id)};
}

}  // namespace

void set_reader(const Descriptor& file, uid_t reader, mode_t mode, const std::string& path) {
    const auto owners = static_cast<std::uint16_t>((mode >> 6U) & 7U);
    const AccessList list{
        .version = htole32(2),
        .entries = {entry(owner, owners), entry(user, read, reader), entry(owning_group, nothing),
                    entry(mask, read), entry(others, nothing)}};
    if (::fsetxattr(file.get(), "system.posix_acl_access", &list, sizeof list, 0) == 0) {
        return;
    }
    if (errno == ENOTSUP) {
        throw Error(Code::Unsupported,
                    "the file system of " + path +
                        " has no ACLs, by which one user alone could read that file: mount it "
                        "with them (acl)");
    }
    throw_io_error(errno, "set the ACL of " + path);
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/disk.hpp"

#include <cerrno>
#include <system_error>

#include "base/error.hpp"

namespace mailstack {

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

std::string file_name_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

namespace {
Code code_of(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return Code::NoSpace;
        case EROFS:
            return Code::ReadOnly;
        case ELOOP:
            return Code::UnsafeFile;
        default:
            return Code::IoFailed;
    }
}
}  // namespace

void throw_io_error(int error_number, const std::string& what) {
    throw Error(code_of(error_number),
                "cannot " + what + ": " + std::generic_category().message(error_number));
}

}  // namespace mailstack

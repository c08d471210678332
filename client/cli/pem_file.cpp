// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pem_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "failure.hpp"
#include "sealed_copy.hpp"
#include "secret_line.hpp"

namespace mailstack::client {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw Failure(ExitStatus::Failed, "", what + ": " + std::generic_category().message(errno),
                  "Nothing was changed.");
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
    throw Failure(ExitStatus::Refused, "", "'" + path + "' " + why, "Nothing was changed.");
}

[[noreturn]] void refuse_size(const std::string& path) {
    refuse(path, "is larger than the 64 KiB that a chain or a key may have");
}

/// What a file that is no regular one is.
const char* kind_of(mode_t mode) {
    if (S_ISDIR(mode)) {
        return "is a directory, not a file";
    }
    if (S_ISFIFO(mode)) {
        return "is a pipe; it must be a file, because it is read before anybody is asked";
    }
    return S_ISSOCK(mode) ? "is a socket, not a file" : "is a device, not a file";
}

/// Room for the longest file and one octet more. Wiped at the end.
class WipedOctets {
  public:
    WipedOctets() { leave_no_core_file(); }
    WipedOctets(const WipedOctets&) = delete;
    WipedOctets& operator=(const WipedOctets&) = delete;
    ~WipedOctets() { explicit_bzero(octets_.data(), octets_.size()); }

    /// Reads to the end, or until no room is left.
    void read_all(int descriptor, const std::string& path) {
        while (size_ < octets_.size()) {
            const ssize_t count = read(descriptor, octets_.data() + size_, octets_.size() - size_);
            if (count == 0) {
                return;
            }
            if (count < 0 && errno != EINTR) {
                fail("could not read '" + path + "'");
            }
            size_ += count > 0 ? static_cast<std::size_t>(count) : 0;
        }
    }
    std::string_view octets() const { return {octets_.data(), size_}; }

  private:
    std::array<char, largest_pem + 1> octets_{};
    std::size_t size_ = 0;
};

/// Throws Failure where it is no regular file, or one that is too large.
void require_regular(int file, const std::string& path) {
    struct stat status {};
    if (fstat(file, &status) != 0) {
        fail("could not look at '" + path + "'");
    }
    if (!S_ISREG(status.st_mode)) {
        refuse(path, kind_of(status.st_mode));
    }
    if (status.st_size > static_cast<off_t>(largest_pem)) {
        refuse_size(path);
    }
}

}  // namespace

Descriptor sealed_pem(const std::string& path) {
    // A pipe without a writer, or a terminal, would keep a plain open(2) waiting.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) {
        fail("could not open '" + path + "'");
    }
    require_regular(file.get(), path);
    WipedOctets read;
    read.read_all(file.get(), path);
    if (read.octets().size() > largest_pem) {
        refuse_size(path);
    }
    if (read.octets().empty()) {
        refuse(path, "is empty");
    }
    return sealed_octets(read.octets());
}

}  // namespace mailstack::client

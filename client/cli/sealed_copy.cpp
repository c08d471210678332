// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sealed_copy.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "failure.hpp"
#include "format.hpp"

namespace mailstack::client {
namespace {

/// A descriptor that is closed unless it was released.
class OwnedFd {
  public:
    explicit OwnedFd(int fd) : fd_(fd) {}
    OwnedFd(const OwnedFd&) = delete;
    OwnedFd& operator=(const OwnedFd&) = delete;
    ~OwnedFd() {
        if (fd_ >= 0) {
            close(fd_);
        }
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

[[noreturn]] void fail(const std::string& what) {
    throw Failure(ExitStatus::Failed, "", what + ": " + std::generic_category().message(errno),
                  "Nothing was changed.");
}

/// Up to `buffer.size()` octets, 0 at the end.
std::size_t read_some(int from, std::array<char, 65536>& buffer, const std::string& path) {
    ssize_t count = -1;
    do {
        count = read(from, buffer.data(), buffer.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        fail("could not read '" + path + "'");
    }
    return static_cast<std::size_t>(count);
}

void write_all(int to, const char* bytes, std::size_t count) {
    while (count > 0) {
        const ssize_t written = write(to, bytes, count);
        if (written < 0) {
            fail("could not copy the aliases into memory");
        }
        bytes += written;
        count -= static_cast<std::size_t>(written);
    }
}

void copy(int from, int to, const std::string& path) {
    std::array<char, 65536> buffer{};
    std::size_t total = 0;
    while (const auto count = read_some(from, buffer, path)) {
        total += count;
        if (total > largest_import) {
            throw Failure(ExitStatus::Refused, "",
                          "'" + path + "' is larger than the " + grouped(largest_import >> 20U) +
                              " MiB that one import may have",
                          "Nothing was changed. Import it in parts.");
        }
        write_all(to, buffer.data(), count);
    }
}

}  // namespace

int sealed_copy(const std::string& path) {
    const OwnedFd source(path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (source.get() < 0) {
        fail("could not open '" + path + "'");
    }
    OwnedFd memory(memfd_create("mailstack-import", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (memory.get() < 0) {
        fail("could not make a memory file");
    }
    copy(source.get(), memory.get(), path);
    if (lseek(memory.get(), 0, SEEK_SET) != 0 ||
        fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        fail("could not seal the memory file");
    }
    return memory.release();
}

}  // namespace mailstack::client

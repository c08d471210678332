// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sealed_copy.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "failure.hpp"
#include "format.hpp"

namespace mailstack::client {
namespace {

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
            fail("could not write to the memory file");
        }
        bytes += written;
        count -= static_cast<std::size_t>(written);
    }
}

void copy(int from, int to, const std::string& path, const SizeLimit& limit) {
    std::array<char, 65536> buffer{};
    std::size_t total = 0;
    while (const auto count = read_some(from, buffer, path)) {
        total += count;
        if (total > limit.octets) {
            throw Failure(ExitStatus::Refused, "",
                          "'" + path + "' is larger than the " + grouped(limit.octets >> 20U) + " MiB that " +
                              std::string(limit.what) + " may have",
                          "Nothing was changed. " + std::string(limit.advice));
        }
        write_all(to, buffer.data(), count);
    }
}

Descriptor memory_file() {
    Descriptor memory(memfd_create("mailstackctl", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!memory) {
        fail("could not make a memory file");
    }
    return memory;
}

void seal(int memory) {
    if (lseek(memory, 0, SEEK_SET) != 0 ||
        fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        fail("could not seal the memory file");
    }
}

}  // namespace

Descriptor sealed_copy(const std::string& path, const SizeLimit& limit) {
    const Descriptor source(path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!source) {
        fail("could not open '" + path + "'");
    }
    Descriptor memory = memory_file();
    copy(source.get(), memory.get(), path, limit);
    seal(memory.get());
    return memory;
}

Descriptor sealed_octets(std::string_view octets) {
    Descriptor memory = memory_file();
    write_all(memory.get(), octets.data(), octets.size());
    seal(memory.get());
    return memory;
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus/descriptor_reader.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mailstack {
namespace {

constexpr int needed_seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK;

std::string kind_of(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFDIR:
            return "a directory";
        case S_IFCHR:
        case S_IFBLK:
            return "a device";
        case S_IFSOCK:
            return "a socket";
        case S_IFREG:
            return "a file that is not a sealed memfd";
        default:
            return "of an unknown kind";
    }
}

Error wrong_kind(const std::string& what) {
    return {Code::InvalidArgument,
            "the descriptor is " + what +
                ": pass a memfd sealed against writing, growing and shrinking, or the reading end of a pipe"};
}

Error too_large(std::size_t limit) {
    return {Code::LimitExceeded, "the descriptor holds more than " +
                                     (limit < (1U << 20U) ? std::to_string(limit) + " octets"
                                                          : std::to_string(limit >> 20U) + " MiB")};
}

std::string read_sealed(int file, std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
        const auto got = ::pread(file, bytes.data() + done, size - done, static_cast<off_t>(done));
        if (got < 0 && errno != EINTR) {
            throw Error(Code::IoFailed, std::string("cannot read the memfd: ") + std::strerror(errno));
        }
        if (got == 0) {
            break;
        }
        done += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    bytes.resize(done);
    return bytes;
}

/// An opening of the same pipe that is ours alone: the caller cannot make it wait by changing the flags of
/// his.
Descriptor opened_for_us(int pipe) {
    const std::string self = "/proc/self/fd/" + std::to_string(pipe);
    Descriptor ours(::open(self.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!ours) {
        throw Error(Code::IoFailed, std::string("cannot open the pipe: ") + std::strerror(errno));
    }
    return ours;
}

}  // namespace

void DescriptorReader::read(Loop& loop, Descriptor source, const Limits& limits, Done done) {
    struct stat found {};
    const int flags = ::fcntl(source.get(), F_GETFL);
    if (flags < 0 || ::fstat(source.get(), &found) != 0) {
        throw Error(Code::InvalidArgument,
                    std::string("the descriptor cannot be used: ") + std::strerror(errno));
    }
    if ((flags & O_ACCMODE) == O_WRONLY || (flags & O_PATH) != 0) {
        throw wrong_kind("not open for reading");
    }
    if (S_ISFIFO(found.st_mode)) {
        std::make_shared<DescriptorReader>(loop, opened_for_us(source.get()), limits, std::move(done))
            ->start();
        return;
    }
    const int seals = S_ISREG(found.st_mode) ? ::fcntl(source.get(), F_GET_SEALS) : -1;
    if (seals < 0 || (seals & needed_seals) != needed_seals) {
        throw wrong_kind(kind_of(found.st_mode));
    }
    if (static_cast<std::size_t>(found.st_size) > limits.octets) {
        throw too_large(limits.octets);
    }
    done(std::nullopt, read_sealed(source.get(), static_cast<std::size_t>(found.st_size)));
}

DescriptorReader::DescriptorReader(Loop& loop, Descriptor pipe, const Limits& limits, Done done)
    : loop_(loop), pipe_(std::move(pipe)), limits_(limits), done_(std::move(done)) {}

/// The handlers keep this alive; finish() lets go of them.
void DescriptorReader::start() {
    const auto self = shared_from_this();
    readable_ = loop_.watch(pipe_.get(), EPOLLIN, [self](std::uint32_t) { self->take_some(); });
    deadline_ = loop_.after(limits_.deadline, [self] {
        self->finish(Error(Code::Timeout, "the pipe did not come to its end within " +
                                              std::to_string(self->limits_.deadline.count()) + " s"));
    });
}

/// At most 1 MiB a turn: the loop has others to serve.
void DescriptorReader::take_some() {
    constexpr std::size_t piece = 65536;
    for (int turns = 0; turns < 16; ++turns) {
        const std::size_t before = bytes_.size();
        bytes_.resize(before + piece);
        const auto got = ::read(pipe_.get(), bytes_.data() + before, piece);
        const int error = errno;
        bytes_.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
        if (got < 0 && (error == EAGAIN || error == EINTR)) {
            return;
        }
        if (got < 0) {
            finish(Error(Code::IoFailed, std::string("cannot read the pipe: ") + std::strerror(error)));
            return;
        }
        if (got == 0) {
            finish(std::nullopt);
            return;
        }
        if (bytes_.size() > limits_.octets) {
            finish(too_large(limits_.octets));
            return;
        }
    }
}

void DescriptorReader::finish(std::optional<Error> error) {
    const auto self = shared_from_this();
    readable_ = Loop::Source();
    deadline_ = Loop::Source();
    const Done done = std::exchange(done_, nullptr);
    if (error) {
        bytes_.clear();
    }
    done(std::move(error), std::move(bytes_));
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/child.hpp"
#include "base/error.hpp"

namespace mailstack {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> all;
    for (const std::string& text : strings) {
        all.push_back(const_cast<char*>(text.c_str()));  // execve(2) does not write to them
    }
    all.push_back(nullptr);
    return all;
}

}  // namespace

Process::Process(const Command& command, StandardStreams streams) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw Error(Code::IoFailed, std::string("cannot make a pipe: ") + std::strerror(errno));
    }
    const Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);
    const auto arguments = pointers(command.arguments);
    const auto environment = pointers(command.environment);
    std::vector<int> room(command.inherited.size());
    const ChildPlan plan{.command = command,
                         .arguments = arguments.data(),
                         .environment = environment.data(),
                         .streams = streams,
                         .room = room.data(),
                         .parent = ::getpid(),
                         .report = writing.get()};
    pid_ = ::fork();
    if (pid_ == 0) {
        become(plan);
    }
    if (pid_ < 0) {
        throw Error(Code::IoFailed,
                    "cannot fork for " + quoted(command.arguments.front()) + ": " + std::strerror(errno));
    }
    handle_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    writing = Descriptor();
    int number = 0;
    if (::read(reading.get(), &number, sizeof number) == static_cast<ssize_t>(sizeof number)) {
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
        throw Error(Code::IoFailed,
                    "cannot run " + quoted(command.arguments.front()) + ": " + std::strerror(number));
    }
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), handle_(std::move(other.handle_)), status_(other.status_) {}

Process& Process::operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(handle_, other.handle_);
    std::swap(status_, other.status_);
    return *this;
}

Process::~Process() {
    if (pid_ > 0 && !status_) {
        signal(SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

bool Process::running() {
    return pid_ > 0 && !wait(std::chrono::milliseconds(0));
}

std::string Process::ending() {
    if (running() || !status_) {
        return "";
    }
    return WIFSIGNALED(*status_) ? "by signal " + std::to_string(WTERMSIG(*status_))
                                 : "with exit status " + std::to_string(WEXITSTATUS(*status_));
}

void Process::signal(int number) {
    if (pid_ > 0 && !status_) {
        ::syscall(SYS_pidfd_send_signal, handle_.get(), number, nullptr, 0);
    }
}

std::optional<int> Process::wait(std::chrono::milliseconds patience) {
    if (pid_ > 0 && !status_) {
        pollfd ended{handle_.get(), POLLIN, 0};
        int status = 0;
        if (::poll(&ended, 1, static_cast<int>(patience.count())) > 0 &&
            ::waitpid(pid_, &status, WNOHANG) == pid_) {
            status_ = status;
        }
    }
    return status_;
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

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

/// Between fork and exec: only calls that are safe after the fork of a process with threads.
[[noreturn]] void become(char* const* arguments, char* const* environment, const char* directory,
                         StandardStreams streams, pid_t parent, int report) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);  // what is ignored stays ignored over execve(2)
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int input = streams.input >= 0 ? streams.input : ::open("/dev/null", O_RDWR);
    if (::getppid() == parent && input >= 0 && ::dup2(input, STDIN_FILENO) >= 0 &&
        (streams.output < 0 || ::dup2(streams.output, STDOUT_FILENO) >= 0) &&
        (streams.errors < 0 || ::dup2(streams.errors, STDERR_FILENO) >= 0) && ::setpgid(0, 0) == 0 &&
        (*directory == '\0' || ::chdir(directory) == 0)) {
        ::close_range(3, static_cast<unsigned>(report) - 1, 0);
        ::close_range(static_cast<unsigned>(report) + 1, ~0U, 0);
        ::execve(arguments[0], arguments, environment);
    }
    const int number = errno;
    [[maybe_unused]] const auto written = ::write(report, &number, sizeof number);
    ::_exit(127);
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
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
        become(arguments.data(), environment.data(), command.directory.c_str(), streams, parent,
               writing.get());
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

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "base/run.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include "base/error.hpp"

namespace mailstack {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Channel {
    Descriptor ours, its;
};

[[noreturn]] void fail_io(const Command& command, const std::string& what) {
    throw Error(Code::IoFailed,
                "cannot " + what + " for " + quoted(command.arguments.front()) + ": " + std::strerror(errno));
}

Channel output_channel(const Command& command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        fail_io(command, "make a pipe");
    }
    Channel channel{Descriptor(ends[0]), Descriptor(ends[1])};
    if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
        fail_io(command, "set up a pipe");
    }
    return channel;
}

/// A socket rather than a pipe: a child that has closed it must not raise SIGPIPE here.
Channel input_channel(const Command& command) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        fail_io(command, "make a socket pair");
    }
    ::shutdown(ends[1], SHUT_WR);
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// What one stream of the child has said so far.
struct Stream {
    Descriptor end;
    std::size_t limit;
    const char* name;
    std::string text{};
};

/// The child, its streams, and the bytes that it has yet to be given.
class Conversation {
  public:
    Conversation(const Command& command, std::string_view input, const RunLimits& limits)
        : command_(command),
          input_(input),
          limits_(limits),
          deadline_(steady_clock::now() + limits.patience),
          streams_{{{{}, limits.output, "output"}, {{}, limits.errors, "error output"}}} {
        Channel in = input_channel(command), out = output_channel(command), err = output_channel(command);
        process_.emplace(command, StandardStreams{in.its.get(), out.its.get(), err.its.get()});
        to_child_ = std::move(in.ours);
        streams_[0].end = std::move(out.ours);
        streams_[1].end = std::move(err.ours);
    }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;
    /// The group goes while its leader is not yet reaped, so that its number cannot be another's.
    ~Conversation() {
        if (process_) {
            ::kill(-process_->pid(), SIGKILL);
        }
    }

    Ended finish() {
        constexpr int breath = 1;  // ms: a child that writes word by word is not woken up for each
        while (!ended(breath)) {
            take_turn();
        }
        ::kill(-process_->pid(), SIGKILL);
        for (Stream& stream : streams_) {
            read(stream);  // all that the child itself wrote is in the pipe by now
        }
        const int status = process_->wait(milliseconds(0)).value_or(SIGKILL);
        process_.reset();
        return {status, std::move(streams_[0].text), std::move(streams_[1].text)};
    }

  private:
    bool ended(int wait) const {
        pollfd child{process_->handle(), POLLIN, 0};
        return ::poll(&child, 1, wait) > 0;
    }

    void take_turn() {
        const auto left = std::chrono::ceil<milliseconds>(deadline_ - steady_clock::now());
        if (left.count() <= 0) {
            throw Error(Code::Timeout, quoted(command_.arguments.front()) + " did not end within " +
                                           std::to_string(limits_.patience.count()) + " ms and was killed");
        }
        std::array<pollfd, 4> waiting{{{process_->handle(), POLLIN, 0},
                                       {streams_[0].end.get(), POLLIN, 0},
                                       {streams_[1].end.get(), POLLIN, 0},
                                       {to_child_.get(), POLLOUT, 0}}};  // a negative number is passed over
        if (::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) < 0 && errno != EINTR) {
            fail_io(command_, "wait");
        }
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            if (waiting[i + 1].revents != 0) {
                read(streams_[i]);
            }
        }
        if (waiting[3].revents != 0) {
            write();
        }
    }

    /// Takes what is there now; at its end the stream is closed.
    void read(Stream& stream) {
        std::array<char, 65536> piece;
        while (stream.end) {
            const auto got = ::read(stream.end.get(), piece.data(), piece.size());
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0 && errno == EAGAIN) {
                return;
            }
            if (got <= 0) {
                stream.end = Descriptor();
                return;
            }
            stream.text.append(piece.data(), static_cast<std::size_t>(got));
            if (stream.text.size() > stream.limit) {
                throw Error(Code::LimitExceeded, quoted(command_.arguments.front()) + " wrote more than " +
                                                     std::to_string(stream.limit) + " octets of " +
                                                     stream.name + " and was killed");
            }
        }
    }

    void write() {
        const auto sent = ::send(to_child_.get(), input_.data(), input_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            input_.remove_prefix(static_cast<std::size_t>(sent));
        }
        if (input_.empty() || (sent < 0 && errno != EAGAIN && errno != EINTR)) {
            to_child_ = Descriptor();  // all is said, or the child does not listen
        }
    }

    const Command& command_;
    std::string_view input_;
    const RunLimits& limits_;
    steady_clock::time_point deadline_;
    std::array<Stream, 2> streams_;
    Descriptor to_child_;
    std::optional<Process> process_;
};

}  // namespace

std::string Ended::ending() const {
    return WIFSIGNALED(status) ? "by signal " + std::to_string(WTERMSIG(status))
                               : "with exit status " + std::to_string(WEXITSTATUS(status));
}

Ended run(const Command& command, std::string_view input, const RunLimits& limits) {
    return Conversation(command, input, limits).finish();
}

}  // namespace mailstack

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "failure.hpp"
#include "sealed_copy.hpp"
#include "secret_line.hpp"

namespace mailstack::client {
namespace {

/// While it lives, the signals that end or stop a program are read from descriptor() instead.
class HeldSignals {
  public:
    HeldSignals() {
        sigset_t held;
        sigemptyset(&held);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGALRM}) {
            sigaddset(&held, signal);
        }
        descriptor_ = Descriptor(signalfd(-1, &held, SFD_CLOEXEC));
        if (!descriptor_) {
            fail_secret("could not prepare for signals");
        }
        pthread_sigmask(SIG_BLOCK, &held, &before_);
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    int descriptor() const noexcept { return descriptor_.get(); }
    int next() const {
        signalfd_siginfo signal{};
        return read(descriptor(), &signal, sizeof signal) == sizeof signal
                   ? static_cast<int>(signal.ssi_signo)
                   : SIGTERM;
    }

  private:
    sigset_t before_{};
    Descriptor descriptor_;
};

/// No echo while it lives. What was typed before the question, or after an answer that was too long, is
/// thrown away.
class EchoOff {
  public:
    explicit EchoOff(int terminal) : terminal_(terminal) {
        if (tcgetattr(terminal_, &before_) != 0) {
            fail_secret("could not turn the terminal's echo off");
        }
        auto quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
        if (tcsetattr(terminal_, TCSAFLUSH, &quiet) != 0) {
            fail_secret("could not turn the terminal's echo off");
        }
    }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;
    ~EchoOff() { tcsetattr(terminal_, TCSAFLUSH, &before_); }

  private:
    int terminal_;
    termios before_{};
};

void say(int terminal, std::string_view text) {
    while (!text.empty()) {
        const auto count = write(terminal, text.data(), text.size());
        if (count <= 0) {
            fail_secret("could not write to the terminal");
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// Reads a line; returns the signal that came instead, or 0.
int read_line(int terminal, const HeldSignals& signals, SecretLine& line) {
    std::array<pollfd, 2> ready{{{terminal, POLLIN, 0}, {signals.descriptor(), POLLIN, 0}}};
    while (!line.ended()) {
        if (poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) {
            fail_secret("could not wait for the terminal");
        }
        if (ready[1].revents != 0) {
            return signals.next();
        }
        if (ready[0].revents != 0 && !line.read_from(terminal)) {
            return 0;
        }
    }
    return 0;
}

void ask(int terminal, const std::string& question, SecretLine& line) {
    for (;;) {
        int signal = 0;
        {
            const HeldSignals signals;
            const EchoOff quiet(terminal);
            say(terminal, question + ": ");
            signal = read_line(terminal, signals, line);
            say(terminal, "\n");
        }
        if (signal == 0) {
            return;
        }
        line.wipe();
        raise(signal);  // ends the program, or stops it for a while, or is ignored
    }
}

}  // namespace

Descriptor secret_from_input() {
    if (isatty(STDIN_FILENO) == 1) {
        throw Failure(ExitStatus::Usage, "", "standard input is a terminal, which would show the secret",
                      "'mailstackctl relay secret ID' asks for it without showing it.");
    }
    SecretLine line;
    while (line.read_from(STDIN_FILENO)) {
    }
    return sealed_octets(line.secret());
}

Descriptor secret_from_terminal(const std::string& what) {
    const Descriptor terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!terminal) {
        throw Failure(ExitStatus::Usage, "", "there is no terminal on which the secret could be asked for",
                      "Give it on standard input: 'mailstackctl relay secret ID --stdin < FILE'.");
    }
    SecretLine first;
    ask(terminal.get(), what, first);
    const auto secret = first.secret();
    SecretLine second;
    ask(terminal.get(), what + ", again", second);
    if (secret != second.secret()) {
        refuse_secret("the two are not the same");
    }
    return sealed_octets(secret);
}

}  // namespace mailstack::client

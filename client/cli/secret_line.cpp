// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_line.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "failure.hpp"

namespace mailstack::client {
namespace {

[[noreturn]] void refuse_length() {
    refuse_secret("the secret is longer than " + std::to_string(longest_secret) + " octets");
}

}  // namespace

void refuse_secret(const std::string& why) {
    throw Failure(ExitStatus::Refused, "", why, "Nothing was changed.");
}

void fail_secret(const std::string& what) {
    throw Failure(ExitStatus::Failed, "", what + ": " + std::generic_category().message(errno),
                  "Nothing was changed.");
}

void leave_no_core_file() {
    constexpr rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

SecretLine::SecretLine() {
    leave_no_core_file();
}

void SecretLine::wipe() noexcept {
    explicit_bzero(octets_.data(), octets_.size());
    size_ = 0;
}

bool SecretLine::read_from(int descriptor) {
    if (size_ == octets_.size()) {
        refuse_length();
    }
    ssize_t count = -1;
    do {
        count = read(descriptor, octets_.data() + size_, octets_.size() - size_);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        fail_secret("could not read the secret");
    }
    size_ += static_cast<std::size_t>(count);
    return count > 0;
}

std::string_view SecretLine::secret() const {
    const std::string_view line(octets_.data(), ended() ? size_ - 1 : size_);
    if (line.empty()) {
        refuse_secret("no secret was given");
    }
    if (line.size() > longest_secret) {
        refuse_length();
    }
    if (line.find('\n') != std::string_view::npos || line.find('\0') != std::string_view::npos) {
        refuse_secret("a secret is one line of text, and this is more");
    }
    return line;
}

}  // namespace mailstack::client

// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// The one place of this program's memory where a secret stands.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace mailstack::client {

/// Octets that a secret may have: org.mailstack1(5), SetSecret.
inline constexpr std::size_t longest_secret = 1024;

/// A line of fixed room, which is never copied and is wiped at the end. From the first one on the process
/// leaves no core file.
class SecretLine {
  public:
    SecretLine();
    SecretLine(const SecretLine&) = delete;
    SecretLine& operator=(const SecretLine&) = delete;
    ~SecretLine() { wipe(); }

    void wipe() noexcept;
    /// Reads once; false at the end of what there is. Throws Failure.
    bool read_from(int descriptor);
    /// Whether the last octet ends a line.
    bool ended() const noexcept { return size_ > 0 && octets_[size_ - 1] == '\n'; }
    /// Without the line's end, valid while this lives. Throws Failure where it is no secret: empty, too long,
    /// more than a line.
    std::string_view secret() const;

  private:
    std::array<char, longest_secret + 2> octets_{};
    std::size_t size_ = 0;
};

/// This process leaves no core file from now on, in which a secret would be found.
void leave_no_core_file();

/// Throws Failure{Refused}: `why`, and that nothing was changed.
[[noreturn]] void refuse_secret(const std::string& why);
/// Throws Failure{Failed}: `what`, and why errno says so.
[[noreturn]] void fail_secret(const std::string& what);

}  // namespace mailstack::client
